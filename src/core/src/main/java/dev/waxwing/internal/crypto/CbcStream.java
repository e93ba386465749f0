package dev.waxwing.internal.crypto;

import dev.waxwing.error.ProtocolViolationException;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-CBC with PKCS #7 padding over data that comes in pieces. It does not authenticate. Not thread-safe, but may be
 * handed from thread to thread.
 */
public final class CbcStream {

    /** How much longer than a piece its output can be. */
    public static final int MOST_EXTRA_BYTES = 2 * AesCbc.IV_BYTES;

    private final Cipher cipher;

    private CbcStream(int mode, String padding, byte[] key, byte[] iv) {
        Aes.requireLength(key, AesCbc.KEY_BYTES, "key");
        Aes.requireLength(iv, AesCbc.IV_BYTES, "iv");
        try {
            cipher = Cipher.getInstance("AES/CBC/" + padding);
            cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-CBC", e);
        }
    }

    /**
     * Encrypts.
     *
     * @param key 32 bytes
     * @param iv 16 bytes
     * @return a new stream
     */
    public static CbcStream encrypting(byte[] key, byte[] iv) {
        return new CbcStream(Cipher.ENCRYPT_MODE, "PKCS5Padding", key, iv);
    }

    /**
     * Decrypts a whole ciphertext.
     *
     * @param key 32 bytes
     * @param iv 16 bytes
     * @return a new stream
     */
    public static CbcStream decrypting(byte[] key, byte[] iv) {
        return new CbcStream(Cipher.DECRYPT_MODE, "PKCS5Padding", key, iv);
    }

    /**
     * Decrypts whole blocks out of the middle of a ciphertext; there is no padding.
     *
     * @param key 32 bytes
     * @param iv 16 bytes: the block before the first one
     * @return a new stream
     */
    public static CbcStream decryptingBlocks(byte[] key, byte[] iv) {
        return new CbcStream(Cipher.DECRYPT_MODE, "NoPadding", key, iv);
    }

    /**
     * Takes a piece.
     *
     * @param input holds the piece
     * @param from where it begins
     * @param length how long it is
     * @param output takes the result; needs {@link #MOST_EXTRA_BYTES} more room than the piece is long
     * @return how many bytes of the result there are
     */
    public int update(byte[] input, int from, int length, byte[] output) {
        try {
            return cipher.update(input, from, length, output, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("output of " + output.length + " bytes is too short", e);
        }
    }

    /**
     * Ends the stream.
     *
     * @param output takes the rest of the result; needs room for {@link #MOST_EXTRA_BYTES}
     * @return how many bytes of it there are
     * @throws ProtocolViolationException if what was decrypted is not a whole number of blocks or the padding is wrong
     */
    public int finish(byte[] output) {
        try {
            return cipher.doFinal(output, 0);
        } catch (GeneralSecurityException e) {
            throw new ProtocolViolationException("AES-CBC ciphertext does not open", e);
        }
    }
}
