/** Previews of the links in texts. */
@NullMarked
package dev.waxwing.link;

import org.jspecify.annotations.NullMarked;
