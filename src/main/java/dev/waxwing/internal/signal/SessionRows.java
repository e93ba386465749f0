package dev.waxwing.internal.signal;

import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.signal.libsignal.protocol.InvalidMessageException;
import org.signal.libsignal.protocol.InvalidSessionException;
import org.signal.libsignal.protocol.state.SessionRecord;

/**
 * The rows of sessions within one transaction. A row is read and decoded when it is needed first, and written at the end, if it
 * changed: a ratchet that takes many steps in one transaction costs the store one step.
 */
final class SessionRows {

    private final StoreTransaction tx;
    private final Map<String, Row> rows = new HashMap<>();

    SessionRows(StoreTransaction tx) {
        this.tx = tx;
    }

    boolean contains(String key) {
        return !row(key).isAbsent();
    }

    /** The session as the store keeps it, null if there is none. */
    byte @Nullable [] bytes(String key) {
        return row(key).bytes();
    }

    /** The decoded session, null if there is none. libsignal works on copies of it. */
    @Nullable
    SessionRecord record(String key) throws InvalidSessionException {
        return row(key).record();
    }

    void put(String key, SessionRecord record) {
        rows.put(key, new Row(null, record, true));
    }

    void put(String key, byte[] record) {
        rows.put(key, new Row(record, null, true));
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
            byte[] bytes = row.bytes();
            if (bytes == null) {
                tx.delete(StoreTable.SESSIONS, key);
            } else {
                tx.put(StoreTable.SESSIONS, key, bytes);
            }
        });
        rows.clear();
    }

    static SessionRecord decode(byte[] session) throws InvalidSessionException {
        try {
            return new SessionRecord(session);
        } catch (InvalidMessageException e) {
            throw new InvalidSessionException("the stored session cannot be read");
        }
    }

    private Row row(String key) {
        return rows.computeIfAbsent(key, absent -> new Row(tx.get(StoreTable.SESSIONS, absent), null, false));
    }

    /** One row, in either form or both; in neither if it is absent. */
    private static final class Row {
        private byte @Nullable [] bytes;
        private @Nullable SessionRecord record;
        private final boolean changed;

        Row(byte @Nullable [] bytes, @Nullable SessionRecord record, boolean changed) {
            this.bytes = bytes;
            this.record = record;
            this.changed = changed;
        }

        boolean isAbsent() {
            return bytes == null && record == null;
        }

        byte @Nullable [] bytes() {
            SessionRecord decoded = record;
            if (bytes == null && decoded != null) {
                bytes = decoded.serialize();
            }
            return bytes;
        }

        @Nullable
        SessionRecord record() throws InvalidSessionException {
            byte[] encoded = bytes;
            if (record == null && encoded != null) {
                record = decode(encoded);
            }
            return record;
        }
    }
}
