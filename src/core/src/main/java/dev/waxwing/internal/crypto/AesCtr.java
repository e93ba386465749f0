package dev.waxwing.internal.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-CTR with a 128-bit big-endian counter that wraps. One operation serves both directions; it does not
 * authenticate.
 */
public final class AesCtr {

    /** Length of the key, in bytes. */
    public static final int KEY_BYTES = 32;

    /** Length of the first counter block, in bytes. */
    public static final int IV_BYTES = 16;

    private AesCtr() {}

    /**
     * Encrypts or decrypts.
     *
     * @param key 32 bytes
     * @param iv the first counter block, 16 bytes
     * @param input any length
     * @return as many bytes as the input
     * @throws IllegalArgumentException if key or counter block have another length
     */
    public static byte[] apply(byte[] key, byte[] iv, byte[] input) {
        Aes.requireLength(key, KEY_BYTES, "key");
        Aes.requireLength(iv, IV_BYTES, "iv");
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-CTR", e);
        }
    }
}
