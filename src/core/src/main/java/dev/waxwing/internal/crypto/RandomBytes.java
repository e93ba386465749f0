package dev.waxwing.internal.crypto;

import java.security.SecureRandom;

/** Randomness for keys, nonces, ids and pauses, from the system's secure source: the one place that draws any. */
public final class RandomBytes {

    private static final SecureRandom SOURCE = new SecureRandom();

    private RandomBytes() {}

    /**
     * Draws bytes.
     *
     * @param length how many, zero or more
     * @return a new array of that length
     * @throws IllegalArgumentException if {@code length} is negative
     */
    public static byte[] next(int length) {
        if (length < 0) {
            throw new IllegalArgumentException("length must be >= 0 but was " + length);
        }
        byte[] bytes = new byte[length];
        SOURCE.nextBytes(bytes);
        return bytes;
    }

    /**
     * Draws an integer, evenly distributed.
     *
     * @param bound exclusive upper bound, positive
     * @return 0 to {@code bound - 1}
     * @throws IllegalArgumentException if {@code bound} is not positive
     */
    public static int nextInt(int bound) {
        return SOURCE.nextInt(bound);
    }

    /**
     * Draws a fraction, evenly distributed.
     *
     * @return 0 (inclusive) to 1 (exclusive)
     */
    public static double nextFraction() {
        return SOURCE.nextDouble();
    }
}
