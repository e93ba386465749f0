package dev.waxwing.internal.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC over the concatenation of the given parts. Keys may have any length, zero included (RFC 2104 pads them). */
public final class Hmac {

    private static final String SHA256 = "HmacSHA256";
    private static final String SHA512 = "HmacSHA512";

    private Hmac() {}

    /**
     * HMAC-SHA256.
     *
     * @param key the key, any length
     * @param parts the message, in order
     * @return 32 bytes
     */
    public static byte[] sha256(byte[] key, byte[]... parts) {
        return mac(SHA256, key, parts);
    }

    /**
     * HMAC-SHA512.
     *
     * @param key the key, any length
     * @param parts the message, in order
     * @return 64 bytes
     */
    public static byte[] sha512(byte[] key, byte[]... parts) {
        return mac(SHA512, key, parts);
    }

    private static byte[] mac(String algorithm, byte[] key, byte[]... parts) {
        Mac mac = keyed(algorithm, key);
        for (byte[] part : parts) {
            mac.update(part);
        }
        return mac.doFinal();
    }

    /** A keyed HMAC-SHA256 for callers in this package that run it many times. */
    static Mac keyedSha256(byte[] key) {
        return keyed(SHA256, key);
    }

    private static Mac keyed(String algorithm, byte[] key) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            // The JDK refuses an empty key; HMAC pads with zeros, so one zero byte is the same key.
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, algorithm));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
