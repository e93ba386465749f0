package dev.waxwing.testkit.state;

import java.util.Objects;

/**
 * The public Signal keys of a device as it registered them. Arrays are shared, not copied.
 *
 * @param registrationId its registration id
 * @param identity identity key, 32 bytes
 * @param signedPreKey its signed pre-key
 */
public record DeviceKeys(int registrationId, byte[] identity, RegisteredPreKey signedPreKey) {

    /**
     * Requires everything.
     *
     * @param registrationId its registration id
     * @param identity identity key, 32 bytes
     * @param signedPreKey its signed pre-key
     */
    public DeviceKeys {
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(signedPreKey, "signedPreKey");
    }

    /**
     * The same device with another signed pre-key.
     *
     * @param rotated the new signed pre-key
     * @return a changed copy
     */
    public DeviceKeys with(RegisteredPreKey rotated) {
        return new DeviceKeys(registrationId, identity, rotated);
    }

    @Override
    public String toString() {
        return "DeviceKeys[registrationId=" + registrationId + ", signedPreKey=" + signedPreKey.id() + "]";
    }
}
