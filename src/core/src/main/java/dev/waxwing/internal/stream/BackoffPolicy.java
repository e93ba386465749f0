package dev.waxwing.internal.stream;

import java.time.Duration;

/**
 * How long to wait between connections: Fibonacci steps of a unit, capped, each varied at random so that accounts do
 * not come back in step (whatsapp-rust: 1, 1, 2, 3, 5, 8… s, ±10 %, at most 900 s, from the start again after 30 s of
 * connection).
 *
 * @param unit the first delay, positive
 * @param cap the longest delay before variation, not shorter than the unit
 * @param jitter the variation as a share of the delay, 0 to 1
 * @param longSteps how many steps further a rate limit goes, 0 or more
 * @param stableAfter how long a connection must have lasted for the delays to start again, positive
 */
public record BackoffPolicy(Duration unit, Duration cap, double jitter, int longSteps, Duration stableAfter) {

    /** One second, 900 s, 0.1, five steps, 30 s. */
    public static final BackoffPolicy DEFAULT =
            new BackoffPolicy(Duration.ofSeconds(1), Duration.ofSeconds(900), 0.1, 5, Duration.ofSeconds(30));

    /**
     * Checks the ranges.
     *
     * @param unit the first delay, positive
     * @param cap the longest delay before variation, not shorter than the unit
     * @param jitter the variation as a share of the delay, 0 to 1
     * @param longSteps how many steps further a rate limit goes, 0 or more
     * @param stableAfter how long a connection must have lasted for the delays to start again, positive
     */
    public BackoffPolicy {
        if (unit.isNegative() || unit.isZero() || cap.compareTo(unit) < 0) {
            throw new IllegalArgumentException(
                    "unit must be positive and cap not shorter, but were " + unit + ", " + cap);
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter must be 0 to 1 but was " + jitter);
        }
        if (longSteps < 0) {
            throw new IllegalArgumentException("longSteps must be 0 or more but was " + longSteps);
        }
        if (stableAfter.isNegative() || stableAfter.isZero()) {
            throw new IllegalArgumentException("stableAfter must be positive but was " + stableAfter);
        }
    }
}
