package dev.waxwing.internal.sync.syncd;

import dev.waxwing.internal.crypto.Hkdf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The five keys that one key of the app state is expanded to. Never shows them.
 *
 * @param index for the MAC of indexes
 * @param valueEncryption for AES
 * @param valueMac for the MAC of values
 * @param snapshotMac for the MAC of whole collections
 * @param patchMac for the MAC of patches
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never handed out of this room
record MutationKeys(byte[] index, byte[] valueEncryption, byte[] valueMac, byte[] snapshotMac, byte[] patchMac) {

    private static final byte[] INFO = "WhatsApp Mutation Keys".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY_BYTES = 32;
    private static final int KEYS = 5;

    /** Expands the data of a shared key (protocol notes 07, section 1). */
    static MutationKeys expand(byte[] keyData) {
        byte[] all = Hkdf.sha256(keyData, null, INFO, KEYS * KEY_BYTES);
        return new MutationKeys(part(all, 0), part(all, 1), part(all, 2), part(all, 3), part(all, 4));
    }

    private static byte[] part(byte[] all, int number) {
        return Arrays.copyOfRange(all, number * KEY_BYTES, (number + 1) * KEY_BYTES);
    }

    @Override
    public String toString() {
        return "MutationKeys[]";
    }
}
