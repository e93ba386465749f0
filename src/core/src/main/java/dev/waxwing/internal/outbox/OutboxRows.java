package dev.waxwing.internal.outbox;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.binary.NodeBytes;
import dev.waxwing.internal.rows.RowNumber;
import dev.waxwing.internal.rows.StoredRow;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.storage.OutboxEntry;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table of the outbox. A row's key is when its message was made, so that rows lie in the order of their age. */
public final class OutboxRows {

    /** How many rows are read at once. */
    static final int BATCH = 256;

    private static final Logger LOG = LoggerFactory.getLogger(OutboxRows.class);
    private static final int DIGITS = 18;

    private final AccountStore store;

    /**
     * Of the last row written, in microseconds: rows of one millisecond, and of a clock that was set back, keep their
     * order.
     */
    private final AtomicLong last = new AtomicLong();

    OutboxRows(AccountStore store) {
        this.store = requireNonNull(store, "store");
    }

    /**
     * Finds what an earlier process left; call before the first row is written.
     *
     * @return the keys of its rows
     */
    List<String> rowsOfEarlierProcess() {
        List<String> all = new ArrayList<>();
        String from = "";
        for (List<String> keys = keysFrom(from); !keys.isEmpty(); keys = keysFrom(from)) {
            all.addAll(keys);
            String newest = keys.get(keys.size() - 1);
            last.set(Long.parseLong(newest));
            from = behind(newest);
        }
        return all;
    }

    private List<String> keysFrom(String from) {
        return store.transact(tx -> tx.keys(StoreTable.OUTBOX, from, null, BATCH));
    }

    /** Writes a row behind all others. */
    QueuedMessage put(StoreTransaction transaction, MessageKey key, Instant createdAt, Node stanza, boolean idChosen) {
        OutboxEntry.Builder entry = OutboxEntry.newBuilder()
                .setId(key.id())
                .setIdChosen(idChosen)
                .setChat(key.remoteJid().toString())
                .setCreatedAtMillis(createdAt.toEpochMilli())
                .setStanza(ByteString.copyFrom(NodeBytes.of(stanza)));
        key.remoteJidAlt().ifPresent(alt -> entry.setChatAlt(alt.toString()));
        long created = micros(createdAt);
        String row = RowNumber.of(last.updateAndGet(before -> Math.max(created, before + 1)), DIGITS);
        transaction.put(StoreTable.OUTBOX, row, entry.build().toByteArray());
        return new QueuedMessage(key, row, idChosen);
    }

    /** Writes another stanza into a row; false if it is gone, or cannot be read. */
    boolean replace(StoreTransaction transaction, QueuedMessage message, Node stanza) {
        byte[] row = transaction.get(StoreTable.OUTBOX, message.row());
        if (row == null) {
            return false;
        }
        try {
            OutboxEntry entry = OutboxEntry.parseFrom(row).toBuilder()
                    .setStanza(ByteString.copyFrom(NodeBytes.of(stanza)))
                    .build();
            transaction.put(StoreTable.OUTBOX, message.row(), entry.toByteArray());
            return true;
        } catch (InvalidProtocolBufferException e) {
            LOG.error("Outbox entry {} cannot be read; message {} stays refused", message.row(), message.key(), e);
            return false;
        }
    }

    /** The next rows from a key on, at most {@link #BATCH}; empty for the first key there is. */
    List<StoredEntry> readFrom(String from) {
        return read(from, null);
    }

    /** The first rows that are older, at most {@link #BATCH}. */
    List<StoredEntry> readOlder(Instant than) {
        return read("", RowNumber.of(Math.max(0, micros(than)), DIGITS));
    }

    private List<StoredEntry> read(String from, @Nullable String to) {
        return store.transact(tx -> StoredRow.scan(tx, StoreTable.OUTBOX, from, to, BATCH)).stream()
                .map(OutboxRows::parse)
                .toList();
    }

    private static StoredEntry parse(StoredRow row) {
        try {
            OutboxEntry entry = OutboxEntry.parseFrom(row.value());
            Node stanza = NodeBytes.read(entry.getStanza().toByteArray());
            QueuedMessage message = new QueuedMessage(keyOf(entry), row.key(), entry.getIdChosen());
            return new StoredEntry(row.key(), new QueuedStanza(message, stanza));
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            return damaged(row.key(), e);
        }
    }

    private static StoredEntry damaged(String row, Exception reason) {
        LOG.error("Outbox entry {} cannot be read or sent; it stays until it is too old", row, reason);
        return new StoredEntry(row, null);
    }

    private static MessageKey keyOf(OutboxEntry entry) {
        return MessageKey.builder(Jid.parse(entry.getChat()), true, entry.getId())
                .remoteJidAlt(entry.hasChatAlt() ? Jid.parse(entry.getChatAlt()) : null)
                .build();
    }

    /** Before any row that follows. */
    static String behind(String row) {
        return row + '~';
    }

    private static long micros(Instant time) {
        return TimeUnit.MILLISECONDS.toMicros(time.toEpochMilli());
    }

    /**
     * A message in the outbox.
     *
     * @param key the message
     * @param row the key of its row
     * @param idChosen whether the application chose the message's id
     */
    public record QueuedMessage(MessageKey key, String row, boolean idChosen) {}

    /**
     * A message as it goes out.
     *
     * @param message which message it is
     * @param stanza what to send
     */
    record QueuedStanza(QueuedMessage message, Node stanza) {}

    /**
     * A row as it was read.
     *
     * @param row its key
     * @param content what it holds; null if it does not open, or does not parse
     */
    record StoredEntry(String row, @Nullable QueuedStanza content) {}
}
