package dev.waxwing.internal.arguments;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Copies of what applications give. The JDK's own refuse null as well, but do not say where it was. */
public final class Copies {

    private Copies() {}

    /**
     * Copies a collection.
     *
     * @param <T> the type of its elements
     * @param given the collection
     * @param name what the caller calls it
     * @return its elements in its order; cannot be changed
     * @throws NullPointerException if it is null or has an element that is; the message has the name
     */
    public static <T> List<T> list(Collection<? extends T> given, String name) {
        List<T> copy = new ArrayList<>(requireNonNull(given, name));
        for (int i = 0; i < copy.size(); i++) {
            if (copy.get(i) == null) {
                throw new NullPointerException(name + " must have no null but has one at " + i);
            }
        }
        return Collections.unmodifiableList(copy);
    }

    /**
     * Copies a map.
     *
     * @param <K> the type of its keys
     * @param <V> the type of its values
     * @param given the map
     * @param name what the caller calls it
     * @return its entries in its order; cannot be changed
     * @throws NullPointerException if it is null or has a key or a value that is; the message has the name
     */
    public static <K, V> Map<K, V> map(Map<? extends K, ? extends V> given, String name) {
        Map<K, V> copy = new LinkedHashMap<>(requireNonNull(given, name));
        copy.forEach((key, value) -> {
            if (key == null || value == null) {
                throw new NullPointerException(name + " must have no null but has one");
            }
        });
        return Collections.unmodifiableMap(copy);
    }
}
