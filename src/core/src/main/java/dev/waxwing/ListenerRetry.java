package dev.waxwing;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * What happens when a listener of {@code messages.upsert} throws: it is called again with the message, after a pause
 * that grows fourfold each time. Meanwhile later messages wait, so that the order holds. When all calls are used up,
 * {@code message.unhandled} is published and the message counts as handled.
 *
 * @param calls how often a listener is called with one message at most, the first call included; positive
 * @param firstPause the time before the second call; positive
 * @param longestPause the longest time between two calls; at least {@code firstPause}, at most a day
 */
public record ListenerRetry(int calls, Duration firstPause, Duration longestPause) {

    private static final Duration LONGEST = Duration.ofDays(1);

    /** Five calls, with pauses of 0.1, 0.4, 1.6 and 6.4 seconds. */
    public static final ListenerRetry DEFAULT = new ListenerRetry(5, Duration.ofMillis(100), Duration.ofSeconds(10));

    /**
     * A listener is never called again with a message on which it threw, nor with those that came in the same batch.
     */
    public static final ListenerRetry NEVER = new ListenerRetry(1, Duration.ofMillis(1), Duration.ofMillis(1));

    private static final int GROWTH = 4;

    /**
     * Checks the parts.
     *
     * @param calls how often at most, positive
     * @param firstPause before the second call, positive
     * @param longestPause at least {@code firstPause}, at most a day
     */
    public ListenerRetry {
        if (calls < 1) {
            throw new IllegalArgumentException("calls must be positive but was " + calls);
        }
        requireNonNull(firstPause, "firstPause");
        requireNonNull(longestPause, "longestPause");
        if (firstPause.isNegative() || firstPause.isZero()) {
            throw new IllegalArgumentException("firstPause must be positive but was " + firstPause);
        }
        if (longestPause.compareTo(firstPause) < 0 || longestPause.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "longestPause must be at least firstPause and at most a day but was " + longestPause);
        }
    }

    /**
     * The pause after so many calls that failed.
     *
     * @param failures from 1
     * @return at most {@code longestPause}; empty if the listener is not called again
     */
    public Optional<Duration> pauseAfter(int failures) {
        return failures < calls ? Optional.of(pause(failures)) : Optional.empty();
    }

    private Duration pause(int failures) {
        Duration pause = firstPause;
        for (int i = 1; i < failures && pause.compareTo(longestPause) < 0; i++) {
            pause = pause.multipliedBy(GROWTH);
        }
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }
}
