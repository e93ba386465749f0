package dev.waxwing.internal.signal.engine.oracle;

import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.crypto.PublicKeys;
import org.signal.libsignal.protocol.IdentityKey;
import org.signal.libsignal.protocol.IdentityKeyPair;
import org.signal.libsignal.protocol.InvalidKeyException;
import org.signal.libsignal.protocol.ecc.Curve;

/**
 * The own keys in the form libsignal takes.
 *
 * @param credentials what they come from
 * @param keyPair the identity key pair
 */
record LocalIdentity(Credentials credentials, IdentityKeyPair keyPair) {

    static LocalIdentity of(Credentials credentials) {
        try {
            return new LocalIdentity(
                    credentials,
                    new IdentityKeyPair(
                            new IdentityKey(
                                    PublicKeys.typed(credentials.identityKey().publicKey())),
                            Curve.decodePrivatePoint(credentials.identityKey().privateKey())));
        } catch (InvalidKeyException e) {
            throw new StoreFailedException("the stored identity key is not usable", e);
        }
    }
}
