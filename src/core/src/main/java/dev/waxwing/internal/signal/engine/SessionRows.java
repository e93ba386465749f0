package dev.waxwing.internal.signal.engine;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of sessions within one transaction. A row is read and decoded when it is needed first, and written at the
 * end, if it changed: a ratchet that takes many steps in one transaction costs the store one step.
 */
final class SessionRows {

    private final StoreTransaction tx;
    private final Map<String, Row> rows = new HashMap<>();

    SessionRows(StoreTransaction tx) {
        this.tx = tx;
    }

    boolean contains(String key) {
        return row(key).isThere();
    }

    /** The sessions, null if there is no row. A change of them is to be told by {@link #put}. */
    @Nullable
    SessionRecord get(String key) throws InvalidProtocolBufferException {
        return row(key).record();
    }

    /** Notes that the sessions changed or are others. */
    void put(String key, SessionRecord record) {
        rows.put(key, new Row(null, record, true));
    }

    void delete(String key) {
        rows.put(key, new Row(null, null, true));
    }

    /** Writes what changed, and reads everything anew from here on: rows may then be changed in the store itself. */
    void flush() {
        rows.forEach((key, row) -> {
            if (!row.changed) {
                return;
            }
            if (row.record == null) {
                tx.delete(StoreTable.SESSIONS, key);
            } else {
                tx.put(StoreTable.SESSIONS, key, row.record.stored());
            }
        });
        rows.clear();
    }

    private Row row(String key) {
        return rows.computeIfAbsent(key, absent -> new Row(tx.get(StoreTable.SESSIONS, absent), null, false));
    }

    /** One row, as it was read or as it is worked on; absent if neither. */
    private static final class Row {
        private final byte @Nullable [] stored;
        private final boolean changed;
        private @Nullable SessionRecord record;

        Row(byte @Nullable [] stored, @Nullable SessionRecord record, boolean changed) {
            this.stored = stored;
            this.record = record;
            this.changed = changed;
        }

        boolean isThere() {
            return stored != null || record != null;
        }

        @Nullable
        SessionRecord record() throws InvalidProtocolBufferException {
            if (record == null && stored != null) {
                record = SessionRecord.parse(stored);
            }
            return record;
        }
    }
}
