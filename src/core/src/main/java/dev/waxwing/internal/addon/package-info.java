/**
 * What hangs on a message's secret, 32 bytes that come with the message and that only those in its chat know: votes,
 * responses, encrypted reactions, comments and edits, and the token by which the service can tell that a reported
 * message was really sent.
 *
 * <p>Start reading at {@link dev.waxwing.internal.addon.AddOn}.
 */
@NullMarked
package dev.waxwing.internal.addon;

import org.jspecify.annotations.NullMarked;
