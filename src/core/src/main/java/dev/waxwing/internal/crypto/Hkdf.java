package dev.waxwing.internal.crypto;

import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/** HKDF with HMAC-SHA256 (RFC 5869), extract and expand in one call. */
public final class Hkdf {

    /** Longest output RFC 5869 allows: 255 blocks of 32 bytes. */
    public static final int MAX_OUTPUT_BYTES = 255 * 32;

    private static final int BLOCK_BYTES = 32;

    private Hkdf() {}

    /**
     * Derives key material.
     *
     * @param inputKeyMaterial the secret, any length, zero included
     * @param salt the salt, or null for the default of 32 zero bytes
     * @param info the context, may be empty
     * @param length bytes wanted, 0 to {@value #MAX_OUTPUT_BYTES}
     * @return {@code length} bytes
     * @throws IllegalArgumentException if {@code length} is out of range
     */
    public static byte[] sha256(byte[] inputKeyMaterial, byte @Nullable [] salt, byte[] info, int length) {
        if (length < 0 || length > MAX_OUTPUT_BYTES) {
            throw new IllegalArgumentException("length must be 0 to " + MAX_OUTPUT_BYTES + " but was " + length);
        }
        byte[] pseudoRandomKey = Hmac.sha256(salt == null ? new byte[BLOCK_BYTES] : salt, inputKeyMaterial);
        Mac mac = Hmac.keyedSha256(pseudoRandomKey);
        byte[] output = new byte[length];
        byte[] block = new byte[0];
        byte counter = 1;
        for (int at = 0; at < length; at += BLOCK_BYTES) {
            mac.update(block);
            mac.update(info);
            mac.update(counter++);
            block = mac.doFinal();
            System.arraycopy(block, 0, output, at, Math.min(BLOCK_BYTES, length - at));
        }
        return output;
    }
}
