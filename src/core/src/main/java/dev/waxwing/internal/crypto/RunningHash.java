package dev.waxwing.internal.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;

/**
 * SHA-256, with a key or without, over data that comes in pieces. Not thread-safe, but may be handed from thread to
 * thread.
 */
public abstract sealed class RunningHash {

    private RunningHash() {}

    /**
     * SHA-256.
     *
     * @return a new hash
     */
    public static RunningHash sha256() {
        return new Digest();
    }

    /**
     * HMAC-SHA256.
     *
     * @param key any length
     * @return a new MAC, which can be used again after {@link #finish}
     */
    public static RunningHash hmacSha256(byte[] key) {
        return new Keyed(key);
    }

    /**
     * Takes a piece.
     *
     * @param bytes holds the piece
     * @param from where it begins
     * @param length how long it is
     */
    public abstract void update(byte[] bytes, int from, int length);

    /**
     * Ends the data.
     *
     * @return 32 bytes
     */
    public abstract byte[] finish();

    private static final class Digest extends RunningHash {

        private final MessageDigest digest;

        Digest() {
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }

        @Override
        public void update(byte[] bytes, int from, int length) {
            digest.update(bytes, from, length);
        }

        @Override
        public byte[] finish() {
            return digest.digest();
        }
    }

    private static final class Keyed extends RunningHash {

        private final Mac mac;

        Keyed(byte[] key) {
            mac = Hmac.keyedSha256(key);
        }

        @Override
        public void update(byte[] bytes, int from, int length) {
            mac.update(bytes, from, length);
        }

        @Override
        public byte[] finish() {
            return mac.doFinal();
        }
    }
}
