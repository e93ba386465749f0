package dev.waxwing.internal.account;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.crypto.KeyPair;

/**
 * A one-time pre-key of ours.
 *
 * @param id 1 to {@link #MAX_ID}
 * @param keyPair the X25519 pair
 */
public record PreKey(int id, KeyPair keyPair) {

    /**
     * The largest id of a pre-key, one-time or signed: three bytes on the wire. Ids start at 1, since one popular
     * client drops id 0 (observed).
     */
    public static final int MAX_ID = 0xFF_FFFF;

    /**
     * Checks the parts.
     *
     * @param id 1 to {@link #MAX_ID}
     * @param keyPair the X25519 pair
     */
    public PreKey {
        requireId(id, "id");
        requireNonNull(keyPair, "keyPair");
    }

    static int requireId(int id, String name) {
        if (id < 1 || id > MAX_ID) {
            throw new IllegalArgumentException(name + " must be 1 to " + MAX_ID + " but was " + id);
        }
        return id;
    }
}
