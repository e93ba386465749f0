/**
 * The content of messages on both roads: encoding, padding, message ids, the attributes of stanzas, and taking off the
 * wrappers of what arrives.
 *
 * <p>Start reading at {@code ContentEncoder} (out) and {@code Envelope} and {@code ReceivedContent} (in).
 */
@NullMarked
package dev.waxwing.internal.content;

import org.jspecify.annotations.NullMarked;
