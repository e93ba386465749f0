package dev.waxwing.internal.account;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.crypto.PublicKeys;
import java.util.Arrays;

/**
 * A signed pre-key of ours. The arrays are shared, not copied.
 *
 * @param id 1 to {@link PreKey#MAX_ID}
 * @param keyPair the X25519 pair
 * @param signature XEdDSA by the identity key over {@code 05} and the public key, 64 bytes
 */
public record SignedPreKey(int id, KeyPair keyPair, byte[] signature) {

    /**
     * Checks the parts, not the signature itself.
     *
     * @param id 1 to {@link PreKey#MAX_ID}
     * @param keyPair the X25519 pair
     * @param signature 64 bytes
     */
    public SignedPreKey {
        PreKey.requireId(id, "id");
        requireNonNull(keyPair, "keyPair");
        if (signature.length != Curve25519.SIGNATURE_BYTES) {
            throw new IllegalArgumentException("signature must be 64 bytes but was " + signature.length);
        }
    }

    /**
     * Makes a fresh key and signs it.
     *
     * @param id 1 to {@link PreKey#MAX_ID}
     * @param identity the identity key pair that signs
     * @return the key
     */
    public static SignedPreKey create(int id, KeyPair identity) {
        KeyPair pair = Curve25519.generate();
        return new SignedPreKey(
                id, pair, Curve25519.sign(identity.privateKey(), new byte[] {PublicKeys.TYPE}, pair.publicKey()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignedPreKey key
                && id == key.id
                && keyPair.equals(key.keyPair)
                && Arrays.equals(signature, key.signature);
    }

    @Override
    public int hashCode() {
        return 31 * id + keyPair.hashCode();
    }

    /** The id alone. */
    @Override
    public String toString() {
        return "SignedPreKey[" + id + "]";
    }
}
