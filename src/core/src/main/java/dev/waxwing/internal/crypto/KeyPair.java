package dev.waxwing.internal.crypto;

import java.util.Arrays;
import java.util.Objects;

/**
 * An X25519 key pair: raw 32-byte keys, the public one without the {@code 05} type byte.
 *
 * <p>The arrays are shared, not copied: the pair stays between the layers below the public surface. Two pairs are equal
 * if their bytes are.
 *
 * @param publicKey the Montgomery u coordinate, 32 bytes, little-endian
 * @param privateKey the scalar, 32 bytes, clamped or not
 */
public record KeyPair(byte[] publicKey, byte[] privateKey) {

    /**
     * Checks both lengths.
     *
     * @param publicKey the Montgomery u coordinate, 32 bytes, little-endian
     * @param privateKey the scalar, 32 bytes, clamped or not
     * @throws IllegalArgumentException if either is not 32 bytes long
     */
    public KeyPair {
        requireKeyLength(publicKey, "publicKey");
        requireKeyLength(privateKey, "privateKey");
    }

    static byte[] requireKeyLength(byte[] key, String name) {
        Objects.requireNonNull(key, name);
        if (key.length != Curve25519.KEY_BYTES) {
            throw new IllegalArgumentException(
                    name + " must be " + Curve25519.KEY_BYTES + " bytes but was " + key.length);
        }
        return key;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyPair pair
                && ConstantTime.equal(publicKey, pair.publicKey)
                && ConstantTime.equal(privateKey, pair.privateKey);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(publicKey);
    }

    /** Shows the kind alone: neither half belongs in a log. */
    @Override
    public String toString() {
        return "KeyPair[X25519]";
    }
}
