/** The area of communities; what a community shares with every group is in {@code dev.waxwing.internal.group}. */
@NullMarked
package dev.waxwing.internal.community;

import org.jspecify.annotations.NullMarked;
