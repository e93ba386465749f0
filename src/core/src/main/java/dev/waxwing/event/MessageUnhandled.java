package dev.waxwing.event;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.content.WebMessage;

/**
 * A message that a listener of {@code messages.upsert} threw on as often as it was called. It is not delivered to that
 * listener again.
 *
 * @param message the message
 * @param calls how often the listener was called
 * @param failure what it threw last
 */
public record MessageUnhandled(WebMessage message, int calls, Throwable failure) {
    /**
     * Checks the parts.
     *
     * @param message the message
     * @param calls how often a listener was called
     * @param failure what it threw last
     */
    public MessageUnhandled {
        requireNonNull(message, "message");
        requireNonNull(failure, "failure");
    }
}
