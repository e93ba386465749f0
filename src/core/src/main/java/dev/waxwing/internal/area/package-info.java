/**
 * The frame of the client's areas: what an area is, where it registers, what it is given. An area knows the rooms below
 * it and no other area. The list of all areas is in {@code dev.waxwing.internal.runtime}, above them all: a list in
 * this package would need the areas, which need this package.
 */
@NullMarked
package dev.waxwing.internal.area;

import org.jspecify.annotations.NullMarked;
