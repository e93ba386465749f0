package dev.waxwing.internal.crypto;

import dev.waxwing.error.ProtocolViolationException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM with a 12-byte nonce and the 16-byte tag behind the ciphertext.
 *
 * <p>The static methods serve single messages. An instance keeps one cipher for one key, for a stream of frames; it is
 * not safe for use by several threads at once and should serve one direction.
 */
public final class AesGcm {

    /** Length of the key, in bytes. */
    public static final int KEY_BYTES = 32;

    /** Length of the nonce, in bytes. */
    public static final int NONCE_BYTES = 12;

    /** Length of the tag that ends every ciphertext, in bytes. */
    public static final int TAG_BYTES = 16;

    private static final String TRANSFORMATION = "AES/GCM/NoPadding";

    private final Cipher cipher;
    private final SecretKeySpec key;

    /**
     * Prepares a cipher for one key.
     *
     * @param key 32 bytes, copied
     * @throws IllegalArgumentException if {@code key} has another length
     */
    public AesGcm(byte[] key) {
        Aes.requireLength(key, KEY_BYTES, "key");
        this.key = new SecretKeySpec(key, "AES");
        try {
            this.cipher = Cipher.getInstance(TRANSFORMATION);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    /**
     * Encrypts one message.
     *
     * @param key 32 bytes
     * @param nonce 12 bytes, never used twice with one key
     * @param additionalData authenticated but not encrypted, or null for none
     * @param plaintext any length
     * @return the ciphertext, then the 16-byte tag
     * @throws IllegalArgumentException if key or nonce have another length
     */
    public static byte[] seal(byte[] key, byte[] nonce, byte @Nullable [] additionalData, byte[] plaintext) {
        AesGcm gcm = new AesGcm(key);
        try {
            gcm.init(Cipher.ENCRYPT_MODE, nonce);
            if (additionalData != null) {
                gcm.cipher.updateAAD(additionalData);
            }
            return gcm.cipher.doFinal(plaintext);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM encryption failed", e);
        }
    }

    /**
     * Opens one message.
     *
     * @param key 32 bytes
     * @param nonce 12 bytes
     * @param additionalData what the sender authenticated beside the message, or null for none
     * @param ciphertextAndTag the ciphertext with its tag, as received
     * @return the plaintext
     * @throws IllegalArgumentException if key or nonce have another length
     * @throws ProtocolViolationException if the input is shorter than a tag or the tag does not match
     */
    public static byte[] open(byte[] key, byte[] nonce, byte @Nullable [] additionalData, byte[] ciphertextAndTag) {
        AesGcm gcm = new AesGcm(key);
        try {
            gcm.init(Cipher.DECRYPT_MODE, nonce);
            requireTag(ciphertextAndTag.length);
            if (additionalData != null) {
                gcm.cipher.updateAAD(additionalData);
            }
            return gcm.cipher.doFinal(ciphertextAndTag);
        } catch (GeneralSecurityException e) {
            throw badTag(ciphertextAndTag.length, e);
        }
    }

    /**
     * Encrypts all remaining bytes of one buffer into another, without additional data.
     *
     * @param nonce 12 bytes, never used twice with this key
     * @param plaintext read to its limit; heap or direct
     * @param output takes the ciphertext and the tag at its position, which moves on; must not overlap the input
     * @throws IllegalArgumentException if the nonce has another length, was just used, or {@code output} is too small
     */
    public void seal(byte[] nonce, ByteBuffer plaintext, ByteBuffer output) {
        try {
            init(Cipher.ENCRYPT_MODE, nonce);
            cipher.doFinal(plaintext, output);
        } catch (InvalidAlgorithmParameterException e) {
            throw new IllegalArgumentException("nonce was used already", e);
        } catch (ShortBufferException e) {
            throw new IllegalArgumentException("output must have " + (plaintext.remaining() + TAG_BYTES) + " bytes", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM encryption failed", e);
        }
    }

    /**
     * Opens all remaining bytes of one buffer into another, without additional data.
     *
     * @param nonce 12 bytes
     * @param ciphertextAndTag read to its limit; heap or direct
     * @param output takes the plaintext at its position, which moves on; must not overlap the input and is to be
     *     discarded on an exception
     * @throws IllegalArgumentException if the nonce has another length or {@code output} is too small
     * @throws ProtocolViolationException if the input is shorter than a tag or the tag does not match
     */
    public void open(byte[] nonce, ByteBuffer ciphertextAndTag, ByteBuffer output) {
        int length = ciphertextAndTag.remaining();
        requireTag(length);
        try {
            init(Cipher.DECRYPT_MODE, nonce);
            cipher.doFinal(ciphertextAndTag, output);
        } catch (AEADBadTagException e) {
            throw badTag(length, e);
        } catch (ShortBufferException e) {
            throw new IllegalArgumentException("output must have " + (length - TAG_BYTES) + " bytes", e);
        } catch (GeneralSecurityException e) {
            throw badTag(length, e);
        }
    }

    private void init(int mode, byte[] nonce) throws GeneralSecurityException {
        Aes.requireLength(nonce, NONCE_BYTES, "nonce");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
    }

    private static void requireTag(int length) {
        if (length < TAG_BYTES) {
            throw new ProtocolViolationException("AES-GCM ciphertext of " + length + " bytes is shorter than its tag");
        }
    }

    private static ProtocolViolationException badTag(int length, GeneralSecurityException cause) {
        return new ProtocolViolationException(
                "AES-GCM tag of a ciphertext of " + length + " bytes does not match", cause);
    }
}
