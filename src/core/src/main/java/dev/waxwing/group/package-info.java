/** Groups: what they are, what one asks and does there, and the events that tell. */
@NullMarked
package dev.waxwing.group;

import org.jspecify.annotations.NullMarked;
