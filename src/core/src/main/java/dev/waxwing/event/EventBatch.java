package dev.waxwing.event;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import java.util.ArrayList;
import java.util.List;

/**
 * Events of all kinds in the order of publication, handed to a {@link EventBus#process} listener in one call.
 *
 * @param events the events, never empty
 */
public record EventBatch(List<Published<?>> events) {

    /**
     * Copies the list.
     *
     * @param events the events, never empty
     */
    public EventBatch {
        events = Copies.list(events, "events");
        if (events.isEmpty()) {
            throw new IllegalArgumentException("events must not be empty");
        }
    }

    /**
     * The payloads of one kind, in order.
     *
     * @param key the kind of event
     * @param <T> the payload's type
     * @return the payloads, empty if this batch has none of that kind
     */
    public <T> List<T> of(EventKey<T> key) {
        requireNonNull(key, "key");
        List<T> found = new ArrayList<>();
        for (Published<?> event : events) {
            if (event.key().equals(key)) {
                found.add(key.payload().cast(event.payload()));
            }
        }
        return List.copyOf(found);
    }

    /**
     * One event with its key.
     *
     * @param key the kind of event
     * @param payload what happened
     * @param <T> the payload's type
     */
    public record Published<T>(EventKey<T> key, T payload) {
        /**
         * Checks the parts.
         *
         * @param key the event's key
         * @param payload what it says
         */
        public Published {
            requireNonNull(key, "key");
            requireNonNull(payload, "payload");
        }
    }
}
