package dev.waxwing.internal.inbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.event.MessagesUpsert;
import dev.waxwing.internal.area.MessageOrigin;
import dev.waxwing.internal.area.ReceivedTransaction;
import dev.waxwing.internal.rows.RowNumber;
import dev.waxwing.internal.rows.StoredRow;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.content.StubMessage;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.storage.InboxEntry;
import dev.waxwing.proto.web.WebMessageInfo.StubType;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Received messages on their way to the listeners. An entry is written in the transaction that opens the ciphertext, so
 * a message that was acknowledged to the server is never lost with the process. It is removed when every cursor has
 * passed it.
 *
 * <p>A cursor is how far some listeners have come: those of {@code messages.upsert} share one, and the application may
 * name further ones. The first cursor there ever is begins with everything that waits, a later one with what arrives
 * from then on. While nobody listens, entries wait.
 */
public final class Inbox {

    /** The cursor of the listeners on the event bus. */
    static final String BUS = "";

    /** A cursor further behind the newest entry than this does not keep entries any more that another has passed. */
    static final int MOST_KEPT = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

    private static final byte[] NO_SECRET = {};

    private static final String ENTRY_PREFIX = "m/";
    private static final int DIGITS = 16;

    /** Behind every key that begins with {@link #ENTRY_PREFIX}. */
    private static final String BEHIND_ENTRIES = "m0";

    private static final String CURSOR_PREFIX = "at/";
    private static final String LAST_KEY = "last";
    private static final int MOST_CURSORS = 1_000;
    private static final int REMOVED_AT_ONCE = 500;
    private static final long BEFORE_ALL = -1;

    private final AccountStore store;

    /** How far each cursor has come: the number of the last entry it is done with. Guarded by itself. */
    private final Map<String, Long> cursors = new HashMap<>();

    /**
     * Opens the inbox of an account.
     *
     * @param store the account's store
     */
    public Inbox(AccountStore store) {
        this.store = requireNonNull(store, "store");
        List<StoreEntry> rows = store.transact(tx -> tx.scanPrefix(StoreTable.INBOX, CURSOR_PREFIX, MOST_CURSORS));
        rows.forEach(row -> cursors.put(row.key().substring(CURSOR_PREFIX.length()), number(row.value())));
    }

    /** Writes the messages of one transaction. */
    public static final class Appender implements ReceivedTransaction {

        private final StoreTransaction transaction;
        private final MissingMessages.Found found;
        private final long before;
        private long last;

        /**
         * Begins to append in a transaction.
         *
         * @param transaction the transaction that decrypts the messages
         * @param found hears of every message, so that none is missing any more that lies in the inbox
         */
        public Appender(StoreTransaction transaction, MissingMessages.Found found) {
            this.transaction = transaction;
            this.found = found;
            before = last(transaction);
            last = before;
        }

        @Override
        public StoreTransaction store() {
            return transaction;
        }

        /**
         * Writes an entry behind all others, and notes the message as seen; call in the transaction of the decryption.
         * Does nothing if a message of this id by this author was seen lately in this chat: one encrypted anew may
         * follow a copy that arrived after all, and the ratchet cannot tell.
         *
         * X empty for a message that is not for the application
         */
        @Override
        public void toInbox(String id, MessageOrigin origin, @Nullable InboxEntry entry) {
            toInbox(id, origin, entry, NO_SECRET);
        }

        /**
         * As {@link #toInbox(String, MessageOrigin, InboxEntry)}, for a message with a secret.
         *
         * @param id the message's id
         * @param origin the chat it was written in, and its author
         * @param entry what listeners are shown; null to remember it as received and show nothing
         * @param secret {@link ReceivedIds#SECRET_BYTES}; anything else is not kept
         */
        public void toInbox(String id, MessageOrigin origin, @Nullable InboxEntry entry, byte[] secret) {
            found.received(transaction, id, origin);
            byte[] kept = secret.length == ReceivedIds.SECRET_BYTES ? secret : NO_SECRET;
            if (!ReceivedIds.add(transaction, last + 1, id, origin, kept)) {
                LOG.debug("Message {} came again, encrypted anew", id);
                return;
            }
            last++;
            if (entry != null) {
                transaction.put(StoreTable.INBOX, key(last), entry.toByteArray());
            }
        }

        /** All are written; call before the transaction ends. */
        public void finish() {
            if (last > before) {
                transaction.put(StoreTable.INBOX, LAST_KEY, bytes(last));
                ReceivedIds.sweep(transaction, before, last);
            }
        }
    }

    /**
     * Makes a cursor known: what arrives from here on waits for it. Does nothing if it is known.
     *
     * @throws IllegalStateException if there are too many
     */
    void open(String cursor) {
        position(cursor);
    }

    /**
     * Reads what a cursor has not passed yet.
     *
     * @param most how many messages at most, positive
     */
    InboxBatch read(String cursor, int most) {
        long position = position(cursor);
        List<StoredRow> rows =
                store.transact(tx -> StoredRow.scan(tx, StoreTable.INBOX, key(position + 1), BEHIND_ENTRIES, most));
        List<String> keys = new ArrayList<>(rows.size());
        List<WebMessage> messages = new ArrayList<>(rows.size());
        long last = -1;
        MessagesUpsert.Type type = MessagesUpsert.Type.NOTIFY;
        for (StoredRow row : rows) {
            try {
                InboxEntry entry = parse(row);
                MessagesUpsert.Type own = entry.getOffline() ? MessagesUpsert.Type.APPEND : MessagesUpsert.Type.NOTIFY;
                if (!messages.isEmpty() && own != type) {
                    break;
                }
                type = own;
                messages.add(message(entry));
                keys.add(row.key());
            } catch (StoreFailedException | IllegalArgumentException | DateTimeException e) {
                LOG.error(
                        "Entry {} of the inbox cannot be read; it stays in the store and is passed over", row.key(), e);
            }
            last = number(row);
        }
        return new InboxBatch(keys, last, messages, type);
    }

    /** A cursor is done with a batch. */
    void consumed(String cursor, InboxBatch batch) {
        synchronized (cursors) {
            // Also if the store fails: what was handled is not to be handled again by this process.
            cursors.put(cursor, batch.last());
            if (cursors.size() == 1) {
                // Rows that are gone say as much as a position.
                store.transact(tx -> {
                    batch.keys().forEach(key -> tx.delete(StoreTable.INBOX, key));
                    return true;
                });
                return;
            }
            store.transact(tx -> {
                tx.put(StoreTable.INBOX, CURSOR_PREFIX + cursor, bytes(batch.last()));
                catchUp(tx);
                removePassed(tx);
                return true;
            });
        }
    }

    /**
     * Forgets a cursor, and what waited for it alone.
     *
     * @return whether it was known
     */
    boolean forget(String cursor) {
        synchronized (cursors) {
            if (cursors.remove(cursor) == null) {
                return false;
            }
            store.transact(tx -> {
                tx.delete(StoreTable.INBOX, CURSOR_PREFIX + cursor);
                return true;
            });
            int removed;
            do {
                removed = store.transact(this::removePassed);
            } while (removed == REMOVED_AT_ONCE);
            return true;
        }
    }

    private long position(String cursor) {
        synchronized (cursors) {
            Long known = cursors.get(cursor);
            if (known != null) {
                return known;
            }
            if (cursors.size() >= MOST_CURSORS) {
                throw new IllegalStateException("there are " + MOST_CURSORS + " cursors already; forget some");
            }
            long start = store.transact(tx -> {
                long behind = cursors.isEmpty() ? BEFORE_ALL : last(tx);
                tx.put(StoreTable.INBOX, CURSOR_PREFIX + cursor, bytes(behind));
                return behind;
            });
            cursors.put(cursor, start);
            return start;
        }
    }

    /** Nobody may keep everything for ever. */
    private void catchUp(StoreTransaction tx) {
        long oldest = last(tx) - MOST_KEPT;
        cursors.replaceAll((cursor, position) -> {
            if (position >= oldest) {
                return position;
            }
            LOG.warn(
                    "Cursor '{}' lags by more than {} messages; it loses {} of them",
                    cursor,
                    MOST_KEPT,
                    oldest - position);
            tx.put(StoreTable.INBOX, CURSOR_PREFIX + cursor, bytes(oldest));
            return oldest;
        });
    }

    /** Some at a time, so that no transaction holds up the others for long. */
    private int removePassed(StoreTransaction tx) {
        if (cursors.isEmpty()) {
            return 0;
        }
        long passedByAll = Collections.min(cursors.values());
        List<String> passed = tx.keys(StoreTable.INBOX, ENTRY_PREFIX, key(passedByAll + 1), REMOVED_AT_ONCE);
        passed.forEach(row -> tx.delete(StoreTable.INBOX, row));
        return passed.size();
    }

    private static long last(StoreTransaction tx) {
        byte[] last = tx.get(StoreTable.INBOX, LAST_KEY);
        return last == null ? BEFORE_ALL : number(last);
    }

    private static String key(long number) {
        return ENTRY_PREFIX + RowNumber.of(number, DIGITS);
    }

    private static long number(StoredRow row) {
        return Long.parseLong(row.key().substring(ENTRY_PREFIX.length()));
    }

    private static byte[] bytes(long number) {
        return Long.toString(number).getBytes(US_ASCII);
    }

    private static long number(byte[] value) {
        return Long.parseLong(new String(value, US_ASCII));
    }

    private static InboxEntry parse(StoredRow row) {
        try {
            return InboxEntry.parseFrom(row.value());
        } catch (InvalidProtocolBufferException e) {
            throw new StoreFailedException("inbox entry " + row.key() + " is damaged", e);
        }
    }

    /**
     * Makes the entry of a message.
     *
     * @param key the message's key
     * @param timestamp when it was sent
     * @param pushName its author's name; null if that is not told
     * @param offline whether it waited on the server
     * @param message its content
     * @return the entry
     */
    public static InboxEntry entry(
            MessageKey key, Instant timestamp, @Nullable String pushName, boolean offline, Message message) {
        InboxEntry.Builder entry = InboxEntry.newBuilder()
                .setChat(key.remoteJid().toString())
                .setFromMe(key.fromMe())
                .setId(key.id())
                .setTimestampSeconds(timestamp.getEpochSecond())
                .setOffline(offline)
                .setMessage(message.toByteString());
        key.remoteJidAlt().ifPresent(jid -> entry.setChatAlt(jid.toString()));
        key.broadcast().ifPresent(list -> entry.setBroadcast(list.toString()));
        key.participant().ifPresent(jid -> entry.setParticipant(jid.toString()));
        key.participantAlt().ifPresent(jid -> entry.setParticipantAlt(jid.toString()));
        if (pushName != null) {
            entry.setPushName(pushName);
        }
        return entry.build();
    }

    private static WebMessage message(InboxEntry entry) {
        MessageKey key = MessageKey.builder(Jid.parse(entry.getChat()), entry.getFromMe(), entry.getId())
                .participant(jid(entry.hasParticipant(), entry.getParticipant()))
                .remoteJidAlt(jid(entry.hasChatAlt(), entry.getChatAlt()))
                .participantAlt(jid(entry.hasParticipantAlt(), entry.getParticipantAlt()))
                .broadcast(jid(entry.hasBroadcast(), entry.getBroadcast()))
                .build();
        return new WebMessage(
                key,
                Instant.ofEpochSecond(entry.getTimestampSeconds()),
                entry.hasPushName() ? Optional.of(entry.getPushName()) : Optional.empty(),
                content(entry.getMessage()),
                stub(entry));
    }

    /** A type that a later version has written is unknown to this one, and the parameters are shown all the same. */
    private static Optional<StubMessage> stub(InboxEntry entry) {
        if (!entry.hasStubType()) {
            return Optional.empty();
        }
        StubType type = StubType.forNumber(entry.getStubType());
        return Optional.of(new StubMessage(type == null ? StubType.UNKNOWN : type, entry.getStubParametersList()));
    }

    private static @Nullable Jid jid(boolean present, String text) {
        return present ? Jid.parse(text) : null;
    }

    private static Message content(ByteString bytes) {
        try {
            return Message.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new StoreFailedException("the content of an inbox entry is damaged", e);
        }
    }
}
