package dev.waxwing.internal.signal.engine;

import static java.util.Objects.requireNonNull;

/**
 * By what a pre-key message starts a session, read without any check of who sent it. The arrays are shared, not copied.
 *
 * @param identityKey the sender's identity key, 32 bytes
 * @param baseKey tells the session from others of the same sender, 33 bytes
 * @param signedPreKeyId which of this device's signed keys it is for
 * @param isRepeatable whether it uses up no one-time key, so that it would start a session again
 */
public record Introduction(byte[] identityKey, byte[] baseKey, int signedPreKeyId, boolean isRepeatable) {

    /**
     * Checks for null.
     *
     * @param identityKey the sender's identity key, 32 bytes
     * @param baseKey tells the session from others of the same sender, 33 bytes
     * @param signedPreKeyId which of this device's signed keys it is for
     * @param isRepeatable whether it uses up no one-time key, so that it would start a session again
     */
    public Introduction {
        requireNonNull(identityKey, "identityKey");
        requireNonNull(baseKey, "baseKey");
    }

    /** Nothing of the keys. */
    @Override
    public String toString() {
        return "Introduction[signedPreKeyId=" + signedPreKeyId + ", isRepeatable=" + isRepeatable + "]";
    }
}
