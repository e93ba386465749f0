package dev.waxwing.testkit.state;

import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import java.util.Base64;
import java.util.Random;

/**
 * All chance in a loopback server, from one seed, so that a run can be repeated. It is no source of secrets.
 *
 * <p>Belongs to the world's thread.
 */
public final class SeededRandom {

    private final Random random;

    /**
     * Creates a source.
     *
     * @param seed the same seed draws the same
     */
    public SeededRandom(long seed) {
        this.random = new Random(seed);
    }

    /**
     * Draws bytes.
     *
     * @param length how many
     * @return a new array
     */
    public byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /**
     * Draws a number.
     *
     * @param bound exclusive upper bound, positive
     * @return 0 to {@code bound - 1}
     */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    /**
     * Draws a fraction, for faults that happen with a probability.
     *
     * @return 0 inclusive to 1 exclusive
     */
    public double fraction() {
        return random.nextDouble();
    }

    /**
     * Draws a Curve25519 key pair.
     *
     * @return a new pair
     */
    public KeyPair keyPair() {
        return Curve25519.fromPrivate(bytes(Curve25519.KEY_BYTES));
    }

    /**
     * Draws text that is safe in URLs and in comma-separated lists.
     *
     * @param bytes how many bytes of chance it carries
     * @return base64url without padding
     */
    public String token(int bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(bytes));
    }
}
