package dev.waxwing.internal.message;

import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.Message;
import java.time.Instant;

/**
 * A message on its way out, after steps 1 and 2.
 *
 * @param id the message id
 * @param to whom the application named, without a device
 * @param timestamp when it was made
 * @param message the content
 * @param idChosen whether the application chose the id, so that it may have been sent before
 */
record Outgoing(String id, Jid to, Instant timestamp, Message message, boolean idChosen) {}
