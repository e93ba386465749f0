/** The area of groups, and the directory of what is known of them, which sending asks too. */
@NullMarked
package dev.waxwing.internal.group;

import org.jspecify.annotations.NullMarked;
