package dev.waxwing.internal.signal.engine;

import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The known identity keys within one transaction, by the key of the row: each is read once. */
final class Identities {

    private final StoreTransaction tx;
    private final Map<String, Optional<byte[]>> known = new HashMap<>();

    Identities(StoreTransaction tx) {
        this.tx = tx;
    }

    /** Whether one is known and it is another one than this of 32 bytes. */
    boolean isAnother(String key, byte[] publicKey) {
        return known(key)
                .filter(identity -> !Arrays.equals(identity, publicKey))
                .isPresent();
    }

    /** Keeps one of 32 bytes, in place of any other. */
    void put(String key, byte[] publicKey) {
        if (!known(key).filter(identity -> Arrays.equals(identity, publicKey)).isPresent()) {
            tx.put(StoreTable.IDENTITIES, key, publicKey);
            known.put(key, Optional.of(publicKey));
        }
    }

    /** The rows were changed past this. */
    void forget() {
        known.clear();
    }

    private Optional<byte[]> known(String key) {
        return known.computeIfAbsent(key, row -> Optional.ofNullable(tx.get(StoreTable.IDENTITIES, row)));
    }
}
