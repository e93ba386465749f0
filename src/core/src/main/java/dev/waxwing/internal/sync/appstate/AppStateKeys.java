package dev.waxwing.internal.sync.appstate;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.proto.e2e.AppStateSyncKey;
import dev.waxwing.proto.e2e.AppStateSyncKeyShare;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys of the account's app state, by their ids. Stored as they came: their bytes are secret. */
public final class AppStateKeys {

    static final StoreTable TABLE = StoreTable.of("app_state_keys");

    private static final Logger LOG = LoggerFactory.getLogger(AppStateKeys.class);

    /** Ids have 6 bytes in all that was observed. In hex the longest makes a quarter of the longest key of a table. */
    private static final int MOST_ID_BYTES = 64;

    /** A phone shares its last few. */
    private static final int MOST_IN_A_SHARE = 1_000;

    private AppStateKeys() {}

    /** Keeps the keys of a share. One that is known already stays, unless the share brings a later one of its id. */
    static void keep(AppStateSyncKeyShare share, StoreTransaction store) {
        if (share.getKeysCount() > MOST_IN_A_SHARE) {
            LOG.warn("A share of {} app state keys: only the first {} are kept", share.getKeysCount(), MOST_IN_A_SHARE);
        }
        share.getKeysList().stream().limit(MOST_IN_A_SHARE).forEach(key -> keep(key, store));
    }

    private static void keep(AppStateSyncKey key, StoreTransaction store) {
        byte[] id = key.getKeyID().getKeyID().toByteArray();
        if (id.length == 0
                || id.length > MOST_ID_BYTES
                || key.getKeyData().getKeyData().isEmpty()) {
            // A device that does not have a key it was asked for shares it without data.
            LOG.debug("An app state key with an id of {} bytes has no data, or no such id", id.length);
            return;
        }
        boolean isKnown = find(id, store)
                .filter(known ->
                        known.getKeyData().getTimestamp() >= key.getKeyData().getTimestamp())
                .isPresent();
        if (!isKnown) {
            store.put(TABLE, row(id), key.toByteArray());
        }
    }

    /**
     * The key of an id.
     *
     * @param id the id
     * @param store the open transaction
     * @return the key, if the phone has shared it
     */
    public static Optional<AppStateSyncKey> find(byte[] id, StoreTransaction store) {
        byte[] row = store.get(TABLE, row(id));
        return row == null ? Optional.empty() : parsed(row(id), row);
    }

    private static Optional<AppStateSyncKey> parsed(String name, byte[] row) {
        try {
            return Optional.of(AppStateSyncKey.parseFrom(row));
        } catch (InvalidProtocolBufferException e) {
            LOG.warn("The app state key {} in the store is damaged", name, e);
            return Optional.empty();
        }
    }

    /**
     * The key to write by: the one that the phone made last (peers differ: one takes the last of the last share, another
     * the latest, as here).
     */
    static Optional<AppStateSyncKey> newest(StoreTransaction store) {
        return store.scanPrefix(TABLE, "", MOST_IN_A_SHARE).stream()
                .map(row -> parsed(row.key(), row.value()))
                .flatMap(Optional::stream)
                .max(Comparator.comparingLong(
                                (AppStateSyncKey key) -> key.getKeyData().getTimestamp())
                        .thenComparing(key -> row(key.getKeyID().getKeyID().toByteArray())));
    }

    private static String row(byte[] id) {
        return HexFormat.of().formatHex(id);
    }
}
