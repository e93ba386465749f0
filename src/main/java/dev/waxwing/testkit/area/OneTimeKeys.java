package dev.waxwing.testkit.area;

import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.Hkdf;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.testkit.server.Account;
import dev.waxwing.testkit.server.Device;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The one-time pre-keys of all devices: as many as each uploaded, each handed out once; endless ones for the phones. */
final class OneTimeKeys {

    private static final int MAX_ID = 0xffffff;
    private static final byte[] LABEL = "loopback phone pre-key ".getBytes(StandardCharsets.UTF_8);

    /** A device is absent until its first upload. */
    private final Map<Device, NavigableMap<Integer, byte[]>> uploaded = new HashMap<>();

    private final Map<Account, Integer> lastOfPhone = new HashMap<>();

    /**
     * The public half of a key that is about to be used.
     *
     * @param id its id, below 2^24
     * @param publicKey 32 bytes
     */
    record Handed(int id, byte[] publicKey) {}

    boolean hasUploaded(Device device) {
        return uploaded.containsKey(device);
    }

    /** What is left of a companion's keys, by id; a view. */
    SortedMap<Integer, byte[]> of(Device device) {
        return Collections.unmodifiableSortedMap(uploaded.getOrDefault(device, new TreeMap<>()));
    }

    void add(Device device, Map<Integer, byte[]> keys) {
        uploaded.computeIfAbsent(device, unused -> new TreeMap<>()).putAll(keys);
    }

    void forget(Device device) {
        uploaded.remove(device);
    }

    /** Hands a key out, never to be handed out again. */
    Optional<Handed> take(Device device) {
        if (device.isPhone()) {
            int id = lastOfPhone.merge(device.account(), 1, (last, one) -> last % MAX_ID + one);
            return Optional.of(new Handed(id, ofPhone(device.account(), id).publicKey()));
        }
        Map.Entry<Integer, byte[]> first =
                uploaded.getOrDefault(device, new TreeMap<>()).pollFirstEntry();
        return Optional.ofNullable(first).map(key -> new Handed(key.getKey(), key.getValue()));
    }

    /** A key of a simulated phone. It follows from its id, so that there is nothing to keep. */
    static KeyPair ofPhone(Account account, int id) {
        return Curve25519.fromPrivate(Hkdf.sha256(
                account.key().privateKey(),
                new byte[0],
                Bytes.concat(LABEL, BigEndian.encode(id, 3)),
                Curve25519.KEY_BYTES));
    }
}
