package dev.waxwing.internal.message;

import dev.waxwing.internal.content.Destination;
import dev.waxwing.proto.e2e.Message;
import java.time.Instant;

/**
 * A message on its way out, after steps 1 and 2.
 *
 * @param id the message id
 * @param to where it goes
 * @param timestamp when it was made
 * @param message the content
 * @param idChosen whether the application chose the id, so that it may have been sent before
 */
record Outgoing(String id, Destination to, Instant timestamp, Message message, boolean idChosen) {}
