/** How arguments are taken from applications: copied, and refused by name. Used by every layer. */
@NullMarked
package dev.waxwing.internal.arguments;

import org.jspecify.annotations.NullMarked;
