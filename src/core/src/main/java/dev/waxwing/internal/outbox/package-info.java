/**
 * What was sent and waits for the server's acknowledgement, and what was sent and may be asked for again.
 *
 * <p>Start reading at {@link dev.waxwing.internal.outbox.Outbox}.
 */
@NullMarked
package dev.waxwing.internal.outbox;

import org.jspecify.annotations.NullMarked;
