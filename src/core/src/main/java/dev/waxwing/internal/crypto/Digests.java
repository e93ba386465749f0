package dev.waxwing.internal.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The message digests of the protocol. Each method hashes the concatenation of its parts. */
public final class Digests {

    private Digests() {}

    /**
     * SHA-256.
     *
     * @param parts the message, in order
     * @return 32 bytes
     */
    public static byte[] sha256(byte[]... parts) {
        return digest("SHA-256", parts);
    }

    /**
     * SHA-512.
     *
     * @param parts the message, in order
     * @return 64 bytes
     */
    static byte[] sha512(byte[]... parts) {
        return digest("SHA-512", parts);
    }

    /**
     * SHA-1, for the pre-key digest the server answers with; not a security boundary.
     *
     * @param parts the message, in order
     * @return 20 bytes
     */
    public static byte[] sha1(byte[]... parts) {
        return digest("SHA-1", parts);
    }

    /**
     * MD5, for the build hash in the registration payload; not a security boundary.
     *
     * @param parts the message, in order
     * @return 16 bytes
     */
    public static byte[] md5(byte[]... parts) {
        return digest("MD5", parts);
    }

    private static byte[] digest(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
