package dev.waxwing.internal.signal.engine;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.signal.libsignal.protocol.InvalidMessageException;
import org.signal.libsignal.protocol.InvalidSessionException;
import org.signal.libsignal.protocol.state.SessionRecord;

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

    /**
     * Encrypts in the current session.
     *
     * @throws InvalidSessionException if that cannot be done with it
     */
    Ciphertext encrypt(String key, byte[] plaintext) throws InvalidSessionException {
        Row row = row(key);
        Ciphertext ciphertext = row.chains()
                .flatMap(chains -> chains.encrypt(plaintext))
                .orElseThrow(() -> new InvalidSessionException("the stored session cannot be sent in"));
        row.stepped();
        return ciphertext;
    }

    /** Decrypts the next message of a chain of the current session; empty if it is not that, or there is no session. */
    Optional<byte[]> decryptNext(String key, Ciphertext ciphertext) {
        Row row = row(key);
        Optional<byte[]> plaintext = row.chains().flatMap(chains -> chains.decryptNext(ciphertext));
        if (plaintext.isPresent()) {
            row.stepped();
        }
        return plaintext;
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

    /** One row, in some of its three forms, which say the same; in none if it is absent. */
    private static final class Row {
        private byte @Nullable [] bytes;
        private @Nullable SessionRecord record;
        private @Nullable SessionChains chains;
        private boolean changed;

        Row(byte @Nullable [] bytes, @Nullable SessionRecord record, boolean changed) {
            this.bytes = bytes;
            this.record = record;
            this.changed = changed;
        }

        boolean isAbsent() {
            return bytes == null && record == null && chains == null;
        }

        byte @Nullable [] bytes() {
            if (bytes == null && chains != null) {
                bytes = chains.record();
            } else if (bytes == null && record != null) {
                bytes = record.serialize();
            }
            return bytes;
        }

        @Nullable
        SessionRecord record() throws InvalidSessionException {
            byte[] encoded = record == null ? bytes() : null;
            if (encoded != null) {
                record = decode(encoded);
            }
            return record;
        }

        /** Empty if there is no row or it cannot be read. */
        Optional<SessionChains> chains() {
            byte[] encoded = chains == null ? bytes() : null;
            if (encoded != null) {
                try {
                    chains = SessionChains.of(encoded);
                } catch (InvalidProtocolBufferException e) {
                    return Optional.empty();
                }
            }
            return Optional.ofNullable(chains);
        }

        /** The chains went on; the other forms are behind. */
        void stepped() {
            bytes = null;
            record = null;
            changed = true;
        }
    }
}
