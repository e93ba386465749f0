package dev.waxwing.testkit.state;

import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.internal.crypto.Curve25519;
import java.util.Objects;

/**
 * A signed pre-key's public half. Arrays are shared, not copied.
 *
 * @param id its id, below 2^24
 * @param publicKey 32 bytes
 * @param signature 64 bytes, by the identity key over {@code 05} and the public key
 */
public record RegisteredPreKey(int id, byte[] publicKey, byte[] signature) {

    private static final byte[] KEY_TYPE = {5};

    /**
     * Requires everything.
     *
     * @param id its id, below 2^24
     * @param publicKey 32 bytes
     * @param signature 64 bytes, by the identity key over {@code 05} and the public key
     */
    public RegisteredPreKey {
        Objects.requireNonNull(publicKey, "publicKey");
        Objects.requireNonNull(signature, "signature");
    }

    /**
     * What the signature is made over.
     *
     * @param publicKey a pre-key's public half, 32 bytes
     * @return the type byte and the key
     */
    static byte[] signedBytes(byte[] publicKey) {
        return Bytes.concat(KEY_TYPE, publicKey);
    }

    /**
     * Tells whether the signature is genuine.
     *
     * @param identity the identity key of the device, 32 bytes
     * @return true if that key signed this one
     */
    public boolean isSignedBy(byte[] identity) {
        return Curve25519.verify(identity, signedBytes(publicKey), signature);
    }

    @Override
    public String toString() {
        return "RegisteredPreKey[" + id + "]";
    }
}
