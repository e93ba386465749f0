package dev.waxwing.event;

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
        events = List.copyOf(events);
        if (events.isEmpty()) {
            throw new IllegalArgumentException("a batch holds at least one event");
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
    public record Published<T>(EventKey<T> key, T payload) {}
}
