package dev.waxwing.internal.crypto;

import dev.waxwing.error.ProtocolViolationException;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-256-CBC with PKCS #7 padding. It does not authenticate: check the MAC of the format around it first. */
public final class AesCbc {

    /** Length of the key, in bytes. */
    public static final int KEY_BYTES = 32;

    /** Length of the initialisation vector and of a block, in bytes. */
    public static final int IV_BYTES = 16;

    /**
     * One for each thread, with a new key for each use: to find the algorithm among the providers costs more than to
     * encrypt a short message.
     */
    private static final ThreadLocal<Cipher> CIPHER = ThreadLocal.withInitial(AesCbc::newCipher);

    private AesCbc() {}

    /**
     * Encrypts.
     *
     * @param key 32 bytes
     * @param iv 16 bytes
     * @param plaintext any length
     * @return the ciphertext, 1 to 16 bytes longer than the plaintext, without the vector
     * @throws IllegalArgumentException if key or vector have another length
     */
    public static byte[] encrypt(byte[] key, byte[] iv, byte[] plaintext) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, key, iv).doFinal(plaintext);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-CBC encryption cannot fail", e);
        }
    }

    /**
     * Decrypts.
     *
     * @param key 32 bytes
     * @param iv 16 bytes
     * @param ciphertext the bytes as received
     * @return the plaintext
     * @throws IllegalArgumentException if key or vector have another length
     * @throws ProtocolViolationException if the ciphertext is not a whole number of blocks or the padding is wrong
     */
    public static byte[] decrypt(byte[] key, byte[] iv, byte[] ciphertext) {
        Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, iv);
        if (ciphertext.length == 0) {
            // The JDK answers an empty plaintext here, but PKCS #7 always has one block of padding.
            throw new ProtocolViolationException("AES-CBC ciphertext is empty");
        }
        try {
            return cipher.doFinal(ciphertext);
        } catch (GeneralSecurityException e) {
            throw new ProtocolViolationException(
                    "AES-CBC ciphertext of " + ciphertext.length + " bytes does not open", e);
        }
    }

    private static Cipher cipher(int mode, byte[] key, byte[] iv) {
        Aes.requireLength(key, KEY_BYTES, "key");
        Aes.requireLength(iv, IV_BYTES, "iv");
        try {
            Cipher cipher = CIPHER.get();
            cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
            return cipher;
        } catch (GeneralSecurityException e) {
            throw unavailable(e);
        }
    }

    private static Cipher newCipher() {
        try {
            return Cipher.getInstance("AES/CBC/PKCS5Padding");
        } catch (GeneralSecurityException e) {
            throw unavailable(e);
        }
    }

    private static IllegalStateException unavailable(GeneralSecurityException e) {
        return new IllegalStateException("every Java platform has AES-CBC", e);
    }
}
