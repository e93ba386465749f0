/** Previews of links: finds the link, reads what its page says of itself, and scales the picture. */
@NullMarked
package dev.waxwing.internal.link;

import org.jspecify.annotations.NullMarked;
