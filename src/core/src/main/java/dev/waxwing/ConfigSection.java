package dev.waxwing;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * A part of the configuration while it is collected: each option is a field with its default and a setter that checks.
 * A configuration is frozen by copying its parts as they are, so fields hold only what nobody can change. Not
 * thread-safe.
 *
 * @param <S> the section itself
 */
abstract class ConfigSection<S extends ConfigSection<S>> implements Cloneable {

    /** Below that some timers would never rest. */
    private static final Duration SHORTEST = Duration.ofMillis(1);

    /** Whoever means for ever is served by a week too, and no timer overflows. */
    private static final Duration LONGEST = Duration.ofDays(7);

    /** A copy that later setters do not reach. */
    @SuppressWarnings("unchecked")
    S copy() {
        try {
            return (S) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("sections are cloneable", e);
        }
    }

    static Duration time(Duration value, String name) {
        requireNonNull(value, name);
        if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " must be 1 ms to 7 days but was " + value);
        }
        return value;
    }

    static int number(int value, int least, int most, String name) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + " but was " + value);
        }
        return value;
    }
}
