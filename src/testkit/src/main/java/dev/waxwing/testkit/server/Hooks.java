package dev.waxwing.testkit.server;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Who hears of what happens.
 *
 * @param <E> what may happen
 * @param <T> to whom it happens
 */
final class Hooks<E extends Enum<E>, T> {

    private final Map<E, List<Consumer<T>>> byEvent;

    Hooks(Class<E> events) {
        this.byEvent = new EnumMap<>(events);
    }

    void add(E event, Consumer<T> hook) {
        byEvent.computeIfAbsent(event, unused -> new ArrayList<>()).add(hook);
    }

    /** Calls the hooks of an event, in the order in which they were added. */
    void run(E event, T subject) {
        byEvent.getOrDefault(event, List.of()).forEach(hook -> hook.accept(subject));
    }
}
