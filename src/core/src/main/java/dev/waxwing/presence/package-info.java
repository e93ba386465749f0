/** Who is there and who types: what one asks, what one says, and the event that tells. */
@NullMarked
package dev.waxwing.presence;

import org.jspecify.annotations.NullMarked;
