package dev.waxwing.testkit.area.device;

import dev.waxwing.testkit.phone.PhoneKeys;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The one-time pre-keys of all devices: as many as each uploaded, each handed out once; endless ones for the phones.
 */
public final class OneTimeKeys {

    private static final int MAX_ID = 0xffffff;

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

    /** Creates them empty. */
    public OneTimeKeys() {}

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

    /** Drops a companion's keys, the oldest first, until no more than some are left. */
    void drain(Device device, int left) {
        NavigableMap<Integer, byte[]> keys = uploaded.getOrDefault(device, new TreeMap<>());
        while (keys.size() > left) {
            keys.pollFirstEntry();
        }
    }

    void forget(Device device) {
        uploaded.remove(device);
    }

    /** Hands a key out, never to be handed out again. */
    Optional<Handed> take(Device device) {
        if (device.isPhone()) {
            int id = lastOfPhone.merge(device.account(), 1, (last, one) -> last % MAX_ID + one);
            byte[] accountKey = device.account().key().privateKey();
            return Optional.of(new Handed(id, PhoneKeys.oneTime(accountKey, id).publicKey()));
        }
        Map.Entry<Integer, byte[]> first =
                uploaded.getOrDefault(device, new TreeMap<>()).pollFirstEntry();
        return Optional.ofNullable(first).map(key -> new Handed(key.getKey(), key.getValue()));
    }
}
