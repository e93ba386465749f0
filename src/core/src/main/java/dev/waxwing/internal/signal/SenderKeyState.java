package dev.waxwing.internal.signal;

import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.Hkdf;
import dev.waxwing.internal.crypto.Hmac;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One sender key: a hash chain that gives one key for each message, and the key that signs them. Mutable; belongs to
 * one transaction.
 *
 * <p>{@code seed = HMAC-SHA256(chainKey, 01)}, next {@code chainKey = HMAC-SHA256(chainKey, 02)},
 * {@code IV 16 | AES key 32 = HKDF(seed, salt 32 zero bytes, "WhisperGroup")}; agreed on by all peers. Seeds of
 * messages that were jumped over are kept, packed in the order they were passed: the newest here, the others in pages of
 * their own ({@link SkippedSeeds}), since one popular client leaves out every other number.
 */
final class SenderKeyState {

    /** How far ahead of the chain a message may lie: what libsignal takes; one peer stops at 2000. */
    static final int MAX_JUMP = 25_000;

    /** How many seeds of messages jumped over are kept, and not quite a page more; the oldest go first. */
    static final int MAX_SKIPPED = 2_000;

    private static final int CHAIN_KEY_BYTES = 32;
    /** A number and a seed. */
    static final int SKIPPED_BYTES = Integer.BYTES + CHAIN_KEY_BYTES;

    private static final int IV_BYTES = 16;
    private static final byte[] INFO = "WhisperGroup".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SEED = {1};
    private static final byte[] NEXT = {2};

    private final int id;
    private final byte[] signingKey;
    private final byte @Nullable [] signingPrivate;
    private int iteration;
    private byte[] chainKey;

    /**
     * Number and seed of each message jumped over, 4 + 32 bytes, oldest first; shared with copies, so never written
     * to.
     */
    private byte[] skipped;

    /** What encrypts one message. */
    record MessageKey(byte[] iv, byte[] cipherKey) {

        static MessageKey of(byte[] seed) {
            byte[] derived = Hkdf.sha256(seed, null, INFO, IV_BYTES + CHAIN_KEY_BYTES);
            return new MessageKey(
                    Arrays.copyOf(derived, IV_BYTES), Arrays.copyOfRange(derived, IV_BYTES, derived.length));
        }

        /** Shows nothing: both parts are secret. */
        @Override
        public String toString() {
            return "MessageKey";
        }
    }

    /**
     * Starts at a point of a chain.
     *
     * @param id the sender's number for it, any 32 bits
     * @param iteration the number of the first message it reaches, any 32 bits
     * @param chainKey 32 bytes
     * @param signingKey public, 32 bytes
     * @param signingPrivate 32 bytes, or null for a peer's key
     */
    SenderKeyState(int id, int iteration, byte[] chainKey, byte[] signingKey, byte @Nullable [] signingPrivate) {
        this(id, iteration, chainKey, signingKey, signingPrivate, new byte[0]);
    }

    private SenderKeyState(
            int id,
            int iteration,
            byte[] chainKey,
            byte[] signingKey,
            byte @Nullable [] signingPrivate,
            byte[] skipped) {
        this.id = id;
        this.iteration = iteration;
        this.chainKey = chainKey;
        this.signingKey = signingKey;
        this.signingPrivate = signingPrivate;
        this.skipped = skipped;
    }

    int id() {
        return id;
    }

    /** The number of the next message, unsigned. */
    int iteration() {
        return iteration;
    }

    byte[] chainKey() {
        return chainKey;
    }

    byte[] signingKey() {
        return signingKey;
    }

    byte[] signingPrivate() {
        if (signingPrivate == null) {
            throw new IllegalStateException("a peer's sender key cannot sign");
        }
        return signingPrivate;
    }

    /** How far ahead a message lies: 0 for the next one, negative for one that was passed. */
    long distance(int messageIteration) {
        return Integer.toUnsignedLong(messageIteration) - Integer.toUnsignedLong(iteration);
    }

    /** The key of the next message; steps past it. */
    MessageKey next() {
        byte[] seed = Hmac.sha256(chainKey, SEED);
        step();
        return MessageKey.of(seed);
    }

    /**
     * Steps forward to a message of a {@link #distance} of 0 to {@link #MAX_JUMP}, keeps the seeds passed, and answers
     * its key.
     */
    MessageKey advanceTo(int messageIteration) {
        int jump = Math.toIntExact(distance(messageIteration));
        int forget = Math.max(0, jump - MAX_SKIPPED);
        for (int i = 0; i < forget; i++) {
            step();
        }
        int add = (jump - forget) * SKIPPED_BYTES;
        int keep = Math.min(skipped.length, MAX_SKIPPED * SKIPPED_BYTES - add);
        ByteBuffer grown = ByteBuffer.allocate(keep + add).put(skipped, skipped.length - keep, keep);
        for (int i = forget; i < jump; i++) {
            grown.putInt(iteration).put(Hmac.sha256(chainKey, SEED));
            step();
        }
        skipped = grown.array();
        return next();
    }

    /** Takes out the key of a message that was jumped over; null if it was used already or never kept. */
    @Nullable
    MessageKey takeSkipped(int messageIteration) {
        ByteBuffer seeds = ByteBuffer.wrap(skipped);
        for (int at = 0; at < skipped.length; at += SKIPPED_BYTES) {
            if (seeds.getInt(at) == messageIteration) {
                byte[] seed = Arrays.copyOfRange(skipped, at + Integer.BYTES, at + SKIPPED_BYTES);
                byte[] rest = Arrays.copyOf(skipped, skipped.length - SKIPPED_BYTES);
                System.arraycopy(skipped, at + SKIPPED_BYTES, rest, at, rest.length - at);
                skipped = rest;
                return MessageKey.of(seed);
            }
        }
        return null;
    }

    /** How many seeds are here. */
    int held() {
        return skipped.length / SKIPPED_BYTES;
    }

    /** Takes out so many seeds, each with its number before it. */
    byte[] removeOldest(int count) {
        byte[] oldest = Arrays.copyOf(skipped, count * SKIPPED_BYTES);
        skipped = Arrays.copyOfRange(skipped, oldest.length, skipped.length);
        return oldest;
    }

    private void step() {
        chainKey = Hmac.sha256(chainKey, NEXT);
        iteration++;
    }

    int encodedBytes() {
        return 2 * Integer.BYTES
                + CHAIN_KEY_BYTES
                + Curve25519.KEY_BYTES
                + 1
                + (signingPrivate == null ? 0 : Curve25519.KEY_BYTES)
                + Integer.BYTES
                + skipped.length;
    }

    /**
     * Writes id, iteration, chain key, public signing key, whether a private one follows, that, the number of skipped
     * seeds, those.
     */
    void encode(ByteBuffer out) {
        out.putInt(id).putInt(iteration).put(chainKey).put(signingKey);
        if (signingPrivate == null) {
            out.put((byte) 0);
        } else {
            out.put((byte) 1).put(signingPrivate);
        }
        out.putInt(skipped.length / SKIPPED_BYTES).put(skipped);
    }

    /**
     * Reads what {@link #encode} wrote; a buffer that is too short gives a {@link java.nio.BufferUnderflowException}.
     */
    static SenderKeyState decode(ByteBuffer in) {
        int id = in.getInt();
        int iteration = in.getInt();
        byte[] chainKey = bytes(in, CHAIN_KEY_BYTES);
        byte[] signingKey = bytes(in, Curve25519.KEY_BYTES);
        byte[] signingPrivate = in.get() == 0 ? null : bytes(in, Curve25519.KEY_BYTES);
        int count = in.getInt();
        if (count < 0 || count > MAX_SKIPPED) {
            throw new StoreFailedException("a stored sender key claims " + count + " skipped messages");
        }
        return new SenderKeyState(
                id, iteration, chainKey, signingKey, signingPrivate, bytes(in, count * SKIPPED_BYTES));
    }

    private static byte[] bytes(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** Shows where it stands, never what it is. */
    @Override
    public String toString() {
        return "SenderKeyState[" + Integer.toUnsignedString(id) + " at " + Integer.toUnsignedString(iteration) + "]";
    }
}
