package dev.waxwing.internal.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** PBKDF2 with HMAC-SHA256 (RFC 8018), as pairing by code uses it. */
public final class Pbkdf2 {

    private Pbkdf2() {}

    /**
     * Stretches a password. Takes tens of milliseconds at the protocol's iteration count: never on an event loop.
     *
     * @param password the password, taken as UTF-8
     * @param salt the salt, not empty
     * @param iterations how often, positive
     * @param length bytes wanted, positive
     * @return {@code length} bytes
     * @throws IllegalArgumentException if the salt is empty or a number is not positive
     */
    public static byte[] sha256(String password, byte[] salt, int iterations, int length) {
        if (length <= 0 || length > Integer.MAX_VALUE / Byte.SIZE) {
            throw new IllegalArgumentException("length must be positive but was " + length);
        }
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, length * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every supported Java platform has PBKDF2WithHmacSHA256", e);
        } finally {
            spec.clearPassword();
        }
    }
}
