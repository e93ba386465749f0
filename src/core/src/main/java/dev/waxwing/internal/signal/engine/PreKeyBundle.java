package dev.waxwing.internal.signal.engine;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.internal.account.PreKey;
import dev.waxwing.internal.crypto.PublicKeys;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The keys a device publishes so that others can start a session with it. Public keys are accepted with or without the
 * type byte and kept without; the arrays are shared, not copied. Nothing is verified here:
 * whoever builds the session does.
 *
 * @param registrationId any 32 bits
 * @param identityKey 32 bytes
 * @param signedPreKeyId 0 to 0xFFFFFF
 * @param signedPreKey 32 bytes
 * @param signedPreKeySignature 64 bytes, by the identity key over {@code 05} and the signed pre-key
 * @param preKeyId 0 to 0xFFFFFF; empty if the server ran out of one-time keys
 * @param preKey 32 bytes; empty if and only if {@code preKeyId} is
 * @param deviceIdentity an {@code ADVSignedDeviceIdentity}; companions have one
 */
public record PreKeyBundle(
        int registrationId,
        byte[] identityKey,
        int signedPreKeyId,
        byte[] signedPreKey,
        byte[] signedPreKeySignature,
        OptionalInt preKeyId,
        Optional<byte[]> preKey,
        Optional<byte[]> deviceIdentity) {

    /**
     * Checks shapes and takes the type byte off the keys.
     *
     * @param registrationId any 32 bits
     * @param identityKey 32 or 33 bytes
     * @param signedPreKeyId 0 to 0xFFFFFF
     * @param signedPreKey 32 or 33 bytes
     * @param signedPreKeySignature the signature; a wrong length fails verification
     * @param preKeyId 0 to 0xFFFFFF, or empty
     * @param preKey 32 or 33 bytes, or empty
     * @param deviceIdentity an {@code ADVSignedDeviceIdentity}, or empty
     * @throws PeerKeyRejectedException if a key or an id has another shape, or a one-time key lacks its id or the id
     *     its key
     */
    public PreKeyBundle {
        identityKey = PublicKeys.ofPeer(identityKey, "identityKey");
        requirePeerId(signedPreKeyId, "signedPreKeyId");
        signedPreKey = PublicKeys.ofPeer(signedPreKey, "signedPreKey");
        requireNonNull(signedPreKeySignature, "signedPreKeySignature");
        if (preKeyId.isPresent() != preKey.isPresent()) {
            throw new PeerKeyRejectedException("a one-time key must come with its id");
        }
        preKeyId.ifPresent(id -> requirePeerId(id, "preKeyId"));
        preKey = preKey.map(key -> PublicKeys.ofPeer(key, "preKey"));
        requireNonNull(deviceIdentity, "deviceIdentity");
    }

    private static void requirePeerId(int id, String name) {
        if (id < 0 || id > PreKey.MAX_ID) {
            throw new PeerKeyRejectedException(name + " must be 0 to " + PreKey.MAX_ID + " but was " + id);
        }
    }

    /** The ids alone. */
    @Override
    public String toString() {
        return "PreKeyBundle[signedPreKeyId=" + signedPreKeyId + ", preKeyId=" + preKeyId + "]";
    }
}
