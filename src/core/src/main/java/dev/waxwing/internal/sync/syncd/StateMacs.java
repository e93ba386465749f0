package dev.waxwing.internal.sync.syncd;

import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.internal.crypto.Hmac;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The four MACs of the application state (protocol notes 07, section 5). */
final class StateMacs {

    /** The length of every one. */
    static final int BYTES = 32;

    private static final byte[] SET = {1};
    private static final byte[] REMOVE = {2};

    private StateMacs() {}

    static byte[] index(MutationKeys keys, byte[] indexJson) {
        return Hmac.sha256(keys.index(), indexJson);
    }

    /**
     * @param sealed the vector and the ciphertext
     */
    static byte[] value(MutationKeys keys, boolean removal, byte[] keyId, byte[] sealed) {
        byte[] operation = removal ? REMOVE : SET;
        byte[] mac = Hmac.sha512(keys.valueMac(), operation, keyId, sealed, number(keyId.length + 1L));
        return Arrays.copyOf(mac, BYTES);
    }

    static byte[] snapshot(MutationKeys keys, LtHash hash, long version, StateCollection collection) {
        return Hmac.sha256(keys.snapshotMac(), hash.bytes(), number(version), name(collection));
    }

    static byte[] patch(
            MutationKeys keys, byte[] snapshotMac, List<byte[]> valueMacs, long version, StateCollection collection) {
        byte[] values = Bytes.concat(valueMacs.toArray(byte[][]::new));
        return Hmac.sha256(keys.patchMac(), snapshotMac, values, number(version), name(collection));
    }

    private static byte[] number(long value) {
        return BigEndian.encode(value, Long.BYTES);
    }

    private static byte[] name(StateCollection collection) {
        return collection.wireName().getBytes(StandardCharsets.US_ASCII);
    }
}
