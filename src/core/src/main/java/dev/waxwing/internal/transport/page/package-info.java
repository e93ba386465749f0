/** Fetches pages of strangers, for previews of links: within limits, and from public addresses only. */
@NullMarked
package dev.waxwing.internal.transport.page;

import org.jspecify.annotations.NullMarked;
