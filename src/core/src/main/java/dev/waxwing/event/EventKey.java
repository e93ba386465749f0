package dev.waxwing.event;

import static java.util.Objects.requireNonNull;

/**
 * Names one kind of event and the type of its payload.
 *
 * @param name the ecosystem's name, for example {@code "messages.upsert"}; never empty
 * @param payload the class of the payload
 * @param <T> the payload's type
 */
public record EventKey<T>(String name, Class<T> payload) {

    /**
     * Checks the parts.
     *
     * @param name the ecosystem's name; never empty
     * @param payload the class of the payload
     */
    public EventKey {
        requireNonNull(name, "name");
        requireNonNull(payload, "payload");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name must not be empty");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
