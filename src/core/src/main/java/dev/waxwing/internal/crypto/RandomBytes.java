package dev.waxwing.internal.crypto;

import java.security.SecureRandom;

/** Random bytes for keys, nonces and ids, from the system's secure source. */
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
}
