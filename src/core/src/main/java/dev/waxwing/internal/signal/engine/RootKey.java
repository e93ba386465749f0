package dev.waxwing.internal.signal.engine;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.Hkdf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The root of a session's chains: each agreement of ratchet keys gives a new one and a chain with it. Double Ratchet
 * specification, section 5.2; the constants are those of libsignal and libsignal-node. The array is shared.
 *
 * @param key 32 bytes
 */
record RootKey(byte[] key) {

    private static final int KEY_BYTES = 32;
    private static final byte[] START = "WhisperText".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STEP = "WhisperRatchet".getBytes(StandardCharsets.US_ASCII);

    /**
     * What a step gives.
     *
     * @param root the next root
     * @param chain the beginning of a chain
     */
    record Step(RootKey root, ChainKey chain) {}

    /** The root and the first chain of a session, from what X3DH agreed on. */
    static Step start(byte[] secret) {
        return derive(secret, null, START);
    }

    /**
     * Turns the ratchet by one agreement.
     *
     * @throws ProtocolViolationException if the public key is not usable
     */
    Step step(byte[] ownPrivate, byte[] remotePublic) {
        return derive(Curve25519.agree(ownPrivate, remotePublic), key, STEP);
    }

    private static Step derive(byte[] secret, byte @Nullable [] salt, byte[] info) {
        byte[] both = Hkdf.sha256(secret, salt, info, 2 * KEY_BYTES);
        return new Step(
                new RootKey(Arrays.copyOf(both, KEY_BYTES)),
                new ChainKey(Arrays.copyOfRange(both, KEY_BYTES, both.length), 0));
    }

    boolean isWellFormed() {
        return key.length == KEY_BYTES;
    }

    /** Shows nothing: it is secret. */
    @Override
    public String toString() {
        return "RootKey";
    }
}
