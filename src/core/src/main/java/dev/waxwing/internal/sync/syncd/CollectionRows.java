package dev.waxwing.internal.sync.syncd;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.proto.storage.StateCollectionEntry;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of one collection in an open transaction: its version and hash, and for each index the MAC of the value that
 * is in the hash. What the values say is not kept.
 */
public final class CollectionRows {

    /** Version and hash of each collection. */
    public static final StoreTable COLLECTIONS = StoreTable.of("state_collections");

    /** The MAC of each value, by collection and the MAC of its index. */
    public static final StoreTable VALUES = StoreTable.of("state_values");

    private static final Logger LOG = LoggerFactory.getLogger(CollectionRows.class);
    private static final int DELETED_AT_ONCE = 1_000;

    private final StateCollection collection;
    private final StoreTransaction store;
    private final String prefix;

    /**
     * Opens the rows of a collection.
     *
     * @param collection the collection
     * @param store the open transaction
     */
    public CollectionRows(StateCollection collection, StoreTransaction store) {
        this.collection = collection;
        this.store = store;
        prefix = collection.wireName() + "/";
    }

    /**
     * Version and hash.
     *
     * @return as they were written last; {@link CollectionState#NEW} if never, or if the row is damaged
     */
    public CollectionState state() {
        byte[] row = store.get(COLLECTIONS, collection.wireName());
        if (row == null) {
            return CollectionState.NEW;
        }
        try {
            StateCollectionEntry entry = StateCollectionEntry.parseFrom(row);
            return new CollectionState(
                    entry.getVersion(), LtHash.of(entry.getHash().toByteArray()), entry.getUnfinished());
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            LOG.warn("The row of {} in the store is damaged; it is read anew", collection, e);
            return CollectionState.NEW;
        }
    }

    void write(CollectionState state) {
        store.put(
                COLLECTIONS,
                collection.wireName(),
                StateCollectionEntry.newBuilder()
                        .setVersion(state.version())
                        .setHash(ByteString.copyFrom(state.hash().bytes()))
                        .setUnfinished(state.unfinished())
                        .build()
                        .toByteArray());
    }

    Optional<byte[]> value(byte[] indexMac) {
        return Optional.ofNullable(store.get(VALUES, key(indexMac)));
    }

    void put(byte[] indexMac, byte[] valueMac) {
        store.put(VALUES, key(indexMac), valueMac);
    }

    void remove(byte[] indexMac) {
        store.delete(VALUES, key(indexMac));
    }

    /** Forgets every value. */
    void clear() {
        List<String> some;
        do {
            some = store.scanPrefix(VALUES, prefix, DELETED_AT_ONCE).stream()
                    .map(StoreEntry::key)
                    .toList();
            some.forEach(key -> store.delete(VALUES, key));
        } while (!some.isEmpty());
    }

    private String key(byte[] indexMac) {
        return prefix + HexFormat.of().formatHex(indexMac);
    }
}
