package dev.waxwing.internal.outbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.rows.RowNumber;
import dev.waxwing.internal.rows.StoredRow;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.storage.SendOutcome;
import dev.waxwing.proto.storage.SentMessageEntry;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was sent lately, in the clear, so that a device which could not decrypt a message can have it again, also after
 * a restart. Written in the transaction of the encryption, dropped when it is old.
 */
public final class SentMessages {

    private static final Logger LOG = LoggerFactory.getLogger(SentMessages.class);

    /** Devices that were away ask when they come back; later than this they get it from the phone. */
    public static final Duration KEPT = Duration.ofDays(7);

    private static final String BY_ID = "m/";
    private static final String BY_TIME = "t/";
    private static final String OUTCOME = "o/";
    private static final int MAX_ID_CHARS = 128;
    private static final int TIME_DIGITS = 15;

    /** Part of no id. */
    private static final String ID_SEPARATOR = " ";

    /** Rows by time, each of some messages. */
    private static final int PRUNED_AT_ONCE = 50;

    private final AccountStore store;

    /**
     * Opens what an account has sent.
     *
     * @param store the account's store
     */
    public SentMessages(AccountStore store) {
        this.store = requireNonNull(store, "store");
    }

    /** Writes the messages of one transaction. */
    public static final class Writer {

        private final StoreTransaction transaction;
        private final StringBuilder ids = new StringBuilder();
        private Instant newest = Instant.MIN;

        /**
         * Begins to write in a transaction.
         *
         * @param transaction the transaction that encrypts the messages
         */
        public Writer(StoreTransaction transaction) {
            this.transaction = transaction;
        }

        /**
         * Remembers a message to a chat that says who is in it.
         *
         * @param key the message's key
         * @param createdAt when the application sent it
         * @param message its content
         */
        public void put(MessageKey key, Instant createdAt, Message message) {
            put(key, createdAt, message, List.of());
        }

        /**
         * Remembers a message.
         *
         * @param key the message's key
         * @param createdAt when the application sent it
         * @param message its content
         * @param recipients the people it goes to, where the chat does not say it
         */
        public void put(MessageKey key, Instant createdAt, Message message, List<Jid> recipients) {
            SentMessageEntry.Builder entry = SentMessageEntry.newBuilder()
                    .setChat(key.remoteJid().toString())
                    .setCreatedAtMillis(createdAt.toEpochMilli())
                    .setMessage(message.toByteString());
            key.remoteJidAlt().ifPresent(alt -> entry.setChatAlt(alt.toString()));
            recipients.forEach(person -> entry.addRecipients(person.toString()));
            transaction.put(
                    StoreTable.SENT_MESSAGES, BY_ID + key.id(), entry.build().toByteArray());
            ids.append(ids.isEmpty() ? "" : ID_SEPARATOR).append(key.id());
            newest = createdAt.isAfter(newest) ? createdAt : newest;
        }

        /** All are written: notes when they may be dropped, in one row for all; call before the transaction ends. */
        public void finish() {
            if (!ids.isEmpty()) {
                String first = ids.toString().split(ID_SEPARATOR, 2)[0];
                transaction.put(
                        StoreTable.SENT_MESSAGES,
                        timeKey(newest, first),
                        ids.toString().getBytes(US_ASCII));
            }
        }
    }

    /** Puts on record what became of a message; call in the transaction that makes it so. */
    static void putOutcome(StoreTransaction transaction, String id, SendOutcome outcome) {
        transaction.put(StoreTable.SENT_MESSAGES, OUTCOME + id, outcome.toByteArray());
    }

    /**
     * Whether a message under an id that the application chose is remembered.
     *
     * @param chosenId the id
     * @return true if it was used
     */
    public boolean knows(String chosenId) {
        return store.transact(transaction -> earlier(transaction, chosenId).isPresent());
    }

    /**
     * The message that was sent under an id before, if that is known still.
     *
     * @param transaction the transaction to read in
     * @param id of the shape that an application may choose
     * @return the message and what became of it
     */
    public static Optional<Earlier> earlier(StoreTransaction transaction, String id) {
        byte[] row = transaction.get(StoreTable.SENT_MESSAGES, BY_ID + id);
        if (row == null) {
            return Optional.empty();
        }
        byte[] outcome = transaction.get(StoreTable.SENT_MESSAGES, OUTCOME + id);
        try {
            SentMessageEntry entry = SentMessageEntry.parseFrom(row);
            return Optional.of(new Earlier(
                    keyOf(id, entry),
                    Instant.ofEpochMilli(entry.getCreatedAtMillis()),
                    outcome == null ? SendOutcome.getDefaultInstance() : SendOutcome.parseFrom(outcome)));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new StoreFailedException("the entry of sent message " + id + " is damaged", e);
        }
    }

    /**
     * The content of a message that was sent.
     *
     * @param transaction the transaction to read in
     * @param id as somebody else wrote it
     * @return the content, empty if it is not kept
     */
    public static Optional<Message> contentOf(StoreTransaction transaction, String id) {
        if (!isStorable(id)) {
            return Optional.empty();
        }
        return Optional.ofNullable(transaction.get(StoreTable.SENT_MESSAGES, BY_ID + id))
                .map(row -> parse(id, row).message());
    }

    /**
     * Finds a message that was sent.
     *
     * @param id as somebody else wrote it
     * @return the message, empty if it is not kept
     */
    public Optional<Sent> find(String id) {
        if (!isStorable(id)) {
            return Optional.empty();
        }
        byte[] row = store.transact(tx -> tx.get(StoreTable.SENT_MESSAGES, BY_ID + id));
        return row == null ? Optional.empty() : Optional.of(parse(id, row));
    }

    /**
     * Drops what is older than {@link #KEPT}.
     *
     * @param now what the clock says
     */
    public void prune(Instant now) {
        String until = timeKey(now.minus(KEPT), "");
        int pruned;
        do {
            // In steps, so that no transaction holds up the others for long.
            pruned = pruneSome(until);
        } while (pruned == PRUNED_AT_ONCE);
    }

    private int pruneSome(String until) {
        return store.transact(tx -> {
            List<StoredRow> old = StoredRow.scan(tx, StoreTable.SENT_MESSAGES, BY_TIME, until, PRUNED_AT_ONCE);
            for (StoredRow row : old) {
                tx.delete(StoreTable.SENT_MESSAGES, row.key());
                if (row.isDamaged()) {
                    LOG.warn("Row {} does not tell which sent messages are old; they stay in the store", row.key());
                    continue;
                }
                for (String id : new String(row.value(), US_ASCII).split(ID_SEPARATOR, -1)) {
                    tx.delete(StoreTable.SENT_MESSAGES, BY_ID + id);
                    tx.delete(StoreTable.SENT_MESSAGES, OUTCOME + id);
                }
            }
            return old.size();
        });
    }

    /** Whether an id can be part of a key of the store: those of this account can. */
    private static boolean isStorable(String id) {
        return id.length() <= MAX_ID_CHARS && id.chars().allMatch(c -> c > ' ' && c <= '~');
    }

    private static Sent parse(String id, byte[] row) {
        try {
            SentMessageEntry entry = SentMessageEntry.parseFrom(row);
            return new Sent(
                    keyOf(id, entry),
                    Instant.ofEpochMilli(entry.getCreatedAtMillis()),
                    Message.parseFrom(entry.getMessage()),
                    entry.getRecipientsList().stream().map(Jid::parse).toList());
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new StoreFailedException("the entry of sent message " + id + " is damaged", e);
        }
    }

    private static MessageKey keyOf(String id, SentMessageEntry entry) {
        return MessageKey.builder(Jid.parse(entry.getChat()), true, id)
                .remoteJidAlt(entry.hasChatAlt() ? Jid.parse(entry.getChatAlt()) : null)
                .build();
    }

    private static String timeKey(Instant time, String id) {
        return BY_TIME + RowNumber.of(time.toEpochMilli(), TIME_DIGITS) + '/' + id;
    }

    /**
     * A message as it was sent.
     *
     * @param key its key
     * @param createdAt when it was made; later than that if it is known from elsewhere
     * @param message its content
     * @param recipients the people it went to, where the chat does not say it; empty if that is not known
     */
    public record Sent(MessageKey key, Instant createdAt, Message message, List<Jid> recipients) {

        /**
         * Copies the list.
         *
         * @param key its key
         * @param createdAt when it was made
         * @param message its content
         * @param recipients the people it went to
         */
        public Sent {
            recipients = List.copyOf(recipients);
        }
    }

    /**
     * A message that was sent before.
     *
     * @param key its key
     * @param createdAt when it was made
     * @param outcome what became of it; without a state if it was acknowledged and nobody had chosen its id
     */
    public record Earlier(MessageKey key, Instant createdAt, SendOutcome outcome) {}
}
