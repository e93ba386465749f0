package dev.waxwing.internal.stream;

import java.time.Duration;

/**
 * When to ask the server whether it is there, and when to give it up.
 *
 * @param minInterval shortest time between two pings, positive
 * @param maxInterval longest time between two pings; each is drawn between the two
 * @param answerTimeout how long the answer may take, positive; with nothing at all received meanwhile the connection is
 *     dead
 */
public record KeepAlivePolicy(Duration minInterval, Duration maxInterval, Duration answerTimeout) {

    /** 20 to 30 s (whatsmeow), dead after 20 s of silence (whatsapp-rust). */
    public static final KeepAlivePolicy DEFAULT =
            new KeepAlivePolicy(Duration.ofSeconds(20), Duration.ofSeconds(30), Duration.ofSeconds(20));

    /**
     * Checks the times.
     *
     * @param minInterval shortest time between two pings, positive
     * @param maxInterval longest time between two pings, not shorter
     * @param answerTimeout how long the answer may take, positive
     */
    public KeepAlivePolicy {
        if (minInterval.isNegative() || minInterval.isZero() || maxInterval.compareTo(minInterval) < 0) {
            throw new IllegalArgumentException(
                    "intervals must be positive and in order but were " + minInterval + ", " + maxInterval);
        }
        if (answerTimeout.isNegative() || answerTimeout.isZero()) {
            throw new IllegalArgumentException("answerTimeout must be positive but was " + answerTimeout);
        }
    }
}
