package dev.waxwing.scaling;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How fast messages may leave: one each {@code gap} in the long run, and up to {@code burst} at once after a pause that
 * was long enough to save them up. Waiting for a turn holds no thread.
 *
 * @param gap the time between two messages in the long run; zero for no pacing
 * @param burst how many may leave at once after a pause; positive
 */
public record Pacing(Duration gap, int burst) {

    // Before the constants that the constructor checks against them.
    private static final Duration LONGEST_GAP = Duration.ofDays(1);
    private static final int LARGEST_BURST = 10_000;

    /** One message a second, and up to five at once after a pause. The default wherever pacing applies. */
    public static final Pacing POLITE = new Pacing(Duration.ofSeconds(1), 5);

    /** No pacing: messages leave as fast as the connection takes them. */
    public static final Pacing NONE = new Pacing(Duration.ZERO, 1);

    /**
     * Checks the parts.
     *
     * @param gap zero to one day
     * @param burst 1 to 10,000
     */
    public Pacing {
        requireNonNull(gap, "gap");
        if (gap.isNegative() || gap.compareTo(LONGEST_GAP) > 0) {
            throw new IllegalArgumentException("gap must be zero to " + LONGEST_GAP + " but was " + gap);
        }
        if (burst < 1 || burst > LARGEST_BURST) {
            throw new IllegalArgumentException("burst must be 1 to " + LARGEST_BURST + " but was " + burst);
        }
    }

    /**
     * One message each so often, without bursts.
     *
     * @param gap the time between two messages, zero to one day
     * @return the pacing
     */
    public static Pacing every(Duration gap) {
        return new Pacing(gap, 1);
    }
}
