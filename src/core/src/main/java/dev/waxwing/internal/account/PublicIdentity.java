package dev.waxwing.internal.account;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What others may know of this device: the public halves of its keys, and its device identity as the phone signed it.
 * Byte arrays are not copied and must not be changed.
 *
 * @param registrationId the device's registration id
 * @param identityKey the identity key, 32 bytes
 * @param signedPreKeyId the id of the signed pre-key
 * @param signedPreKey the signed pre-key, 32 bytes
 * @param signedPreKeySignature its signature by the identity key, 64 bytes
 * @param deviceIdentity the signed device identity, which a recipient needs to check a message that opens a session;
 *     empty until linked
 */
public record PublicIdentity(
        int registrationId,
        byte[] identityKey,
        int signedPreKeyId,
        byte[] signedPreKey,
        byte[] signedPreKeySignature,
        Optional<byte[]> deviceIdentity) {

    /**
     * Checks that nothing is null.
     *
     * @param registrationId the device's registration id
     * @param identityKey the identity key, 32 bytes
     * @param signedPreKeyId the id of the signed pre-key
     * @param signedPreKey the signed pre-key, 32 bytes
     * @param signedPreKeySignature its signature by the identity key, 64 bytes
     * @param deviceIdentity the signed device identity; empty until linked
     */
    public PublicIdentity {
        requireNonNull(identityKey, "identityKey");
        requireNonNull(signedPreKey, "signedPreKey");
        requireNonNull(signedPreKeySignature, "signedPreKeySignature");
        requireNonNull(deviceIdentity, "deviceIdentity");
    }

    /**
     * Leaves the private keys out.
     *
     * @param own the credentials
     * @return what others may know of them
     */
    public static PublicIdentity of(Credentials own) {
        SignedPreKey signed = own.signedPreKey();
        return new PublicIdentity(
                own.registrationId(),
                own.identityKey().publicKey(),
                signed.id(),
                signed.keyPair().publicKey(),
                signed.signature(),
                own.account());
    }

    /** The registration id alone. */
    @Override
    public String toString() {
        return "PublicIdentity[" + registrationId + "]";
    }
}
