package dev.waxwing.internal.crypto;

import dev.waxwing.error.PeerKeyRejectedException;
import java.util.Arrays;

/** The two forms of a public key: 32 bytes in stanzas, 33 bytes with a leading type byte inside Signal's messages. */
public final class PublicKeys {

    /** The type byte of a Curve25519 key. */
    public static final byte TYPE = 5;

    /** Length of a key with its type byte. */
    public static final int TYPED_BYTES = Curve25519.KEY_BYTES + 1;

    private PublicKeys() {}

    /**
     * Puts the type byte in front.
     *
     * @param key 32 bytes
     * @return 33 bytes
     */
    public static byte[] typed(byte[] key) {
        byte[] typed = new byte[TYPED_BYTES];
        typed[0] = TYPE;
        System.arraycopy(key, 0, typed, 1, Curve25519.KEY_BYTES);
        return typed;
    }

    /**
     * Takes the type byte off.
     *
     * @param typed 33 bytes that are known to begin with one
     * @return 32 bytes
     */
    public static byte[] untyped(byte[] typed) {
        return Arrays.copyOfRange(typed, 1, TYPED_BYTES);
    }

    /**
     * Whether this is a key with its type byte.
     *
     * @param key any bytes
     * @return true if so
     */
    public static boolean isTyped(byte[] key) {
        return key.length == TYPED_BYTES && key[0] == TYPE;
    }

    /**
     * A key of a peer in either form as 32 bytes.
     *
     * @param key 32 or 33 bytes
     * @param name what the key is, for the exception
     * @return 32 bytes
     * @throws PeerKeyRejectedException if the key has neither form
     */
    public static byte[] ofPeer(byte[] key, String name) {
        if (key.length == Curve25519.KEY_BYTES) {
            return key;
        }
        if (isTyped(key)) {
            return untyped(key);
        }
        throw new PeerKeyRejectedException(
                name + " must be 32 bytes, or 33 with type 05, but was " + key.length + " bytes");
    }
}
