package dev.waxwing.internal.inbox;

import static java.util.Objects.requireNonNull;

import dev.waxwing.event.Events;
import dev.waxwing.event.MessageUnhandled;
import dev.waxwing.event.MessagesUpsert;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.event.Redelivery;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Calls a listener that threw on a batch again with one message after the other, and tells of those that it never
 * takes.
 */
public final class MessageRedelivery implements Redelivery<MessagesUpsert> {

    private final EventDispatcher events;
    private final IntFunction<Optional<Duration>> pauses;

    /**
     * Calls a listener again that threw.
     *
     * @param pauses given how often a listener threw on a message, from 1, how long to wait before it is called again;
     *     empty to stop
     */
    MessageRedelivery(EventDispatcher events, IntFunction<Optional<Duration>> pauses) {
        this.events = requireNonNull(events, "events");
        this.pauses = requireNonNull(pauses, "pauses");
    }

    @Override
    public List<MessagesUpsert> parts(MessagesUpsert batch) {
        return batch.messages().stream()
                .map(message -> new MessagesUpsert(List.of(message), batch.type()))
                .toList();
    }

    @Override
    public Optional<Duration> delayAfter(int failures) {
        return pauses.apply(failures);
    }

    @Override
    public void gaveUp(MessagesUpsert part, int failures, Throwable thrown) {
        part.messages()
                .forEach(message ->
                        events.publish(Events.MESSAGE_UNHANDLED, new MessageUnhandled(message, failures, thrown)));
    }
}
