package dev.waxwing.internal.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.StoreEntryDamagedException;
import dev.waxwing.internal.area.MessageOrigin;
import dev.waxwing.internal.crypto.Digests;
import dev.waxwing.internal.rows.StoredRow;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.storage.InboxEntry;
import dev.waxwing.proto.storage.MissingMessageEntry;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Received messages that did not decrypt and may yet come, from their sender or from the own phone. A row is written
 * before the message is acknowledged to the server, and removed in the transaction that puts the message into the
 * inbox, or when the message is too old for the phone to hand it over.
 *
 * <p>All rows are in memory as well: a message that decrypts costs no look into the table. Thread-safe; what reads or
 * writes the store is not for the event loop.
 */
public final class MissingMessages {

    /** The phone does not look further back. */
    public static final Duration OLDEST = Duration.ofDays(14);

    static final int MOST_NOT_ASKED = 1_000;

    /** One author must not take the places of all others. */
    static final int MOST_NOT_ASKED_OF_ONE = 200;

    /** With those that the phone was asked for and has not answered; of these the newest are kept. */
    static final int MOST = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(MissingMessages.class);

    /** What was asked for at the last moment may be answered for so long. */
    private static final Duration ANSWER = Duration.ofDays(1);

    private final AccountStore store;

    /** One for each id, as in the table. */
    private final Map<String, Missing> byId = new ConcurrentHashMap<>();

    /**
     * A message without its content.
     *
     * @param head as it will lie in the inbox
     * @param author who sent it, in every form known
     * @param asked whether the server has the request to the phone
     */
    public record Missing(InboxEntry head, List<Jid> author, boolean asked) {

        String id() {
            return head.getId();
        }

        /**
         * In which chat it was written and by whom.
         *
         * @return the chat and the author, in every form known
         */
        public MessageOrigin origin() {
            List<Jid> chat = new ArrayList<>(2);
            chat.add(Jid.parse(head.getChat()));
            if (head.hasChatAlt()) {
                chat.add(Jid.parse(head.getChatAlt()));
            }
            author.stream().map(Jid::person).filter(chat::contains).findFirst().ifPresent(same -> chat.addAll(author));
            return new MessageOrigin(chat, author);
        }

        private boolean isOfSameAuthor(Missing other) {
            return author.stream().anyMatch(form -> other.author.stream().anyMatch(form::sameUser));
        }

        private boolean isOver(Instant now) {
            Duration kept = asked ? OLDEST.plus(ANSWER) : OLDEST;
            return head.getTimestampSeconds() < now.minus(kept).getEpochSecond();
        }

        private Missing whenAsked() {
            return new Missing(head, author, true);
        }

        private byte[] toRow() {
            MissingMessageEntry.Builder row =
                    MissingMessageEntry.newBuilder().setMessage(head).setAsked(asked);
            author.forEach(form -> row.addAuthor(form.toString()));
            return row.build().toByteArray();
        }

        private static Missing ofRow(byte[] bytes) throws InvalidProtocolBufferException {
            MissingMessageEntry row = MissingMessageEntry.parseFrom(bytes);
            List<Jid> author = row.getAuthorList().stream().map(Jid::parse).toList();
            Missing message = new Missing(row.getMessage(), author, row.getAsked());
            // A row whose chat is no address is damaged; here, where that is expected, and not when its message comes.
            message.origin();
            return message;
        }
    }

    /**
     * Opens what an account misses.
     *
     * @param store the account's store
     */
    public MissingMessages(AccountStore store) {
        this.store = requireNonNull(store, "store");
        List<StoredRow> rows = store.transact(tx -> StoredRow.scan(tx, StoreTable.MISSING_MESSAGES, "", null, MOST));
        for (StoredRow row : rows) {
            try {
                Missing message = Missing.ofRow(row.value());
                byId.put(message.id(), message);
            } catch (InvalidProtocolBufferException | StoreEntryDamagedException | IllegalArgumentException e) {
                LOG.error("Row {} of a missing message cannot be read and is passed over", row.key(), e);
            }
        }
    }

    /**
     * Those that the phone was not asked for.
     *
     * @return the messages, in no order
     */
    public List<Missing> notAsked() {
        return byId.values().stream().filter(message -> !message.asked).toList();
    }

    /**
     * Finds a message that is missing.
     *
     * @param id the message's id
     * @return the message; null if none of that id is
     */
    @Nullable
    public Missing find(String id) {
        return byId.get(id);
    }

    /**
     * Writes the row of a message.
     *
     * @param message what could not be read
     * @return false if there is one under its id, if the message was received before or if there are too many, and then
     *     nothing changes
     */
    public boolean add(Missing message) {
        if (notAskedOf(message).size() >= MOST_NOT_ASKED_OF_ONE) {
            LOG.debug(
                    "{} messages of one author wait to be asked for; message {} is not",
                    MOST_NOT_ASKED_OF_ONE,
                    message.id());
            return false;
        }
        if (notAsked().size() >= MOST_NOT_ASKED) {
            LOG.warn("{} messages wait to be asked for; message {} is not", MOST_NOT_ASKED, message.id());
            return false;
        }
        if (byId.putIfAbsent(message.id(), message) != null) {
            return false;
        }
        Optional<Missing> displaced = byId.size() > MOST
                ? oldestAsked(message::isOfSameAuthor).or(() -> oldestAsked(any -> true))
                : Optional.empty();
        boolean added = false;
        try {
            added = store.transact(tx -> {
                if (ReceivedIds.contains(tx, message.id(), message.origin())) {
                    return false;
                }
                displaced.ifPresent(old -> delete(tx, old));
                put(tx, message);
                return true;
            });
        } finally {
            if (added) {
                displaced.ifPresent(old -> byId.remove(old.id(), old));
            } else {
                byId.remove(message.id(), message);
            }
        }
        return added;
    }

    private List<Missing> notAskedOf(Missing message) {
        return byId.values().stream()
                .filter(other -> !other.asked && message.isOfSameAuthor(other))
                .toList();
    }

    private Optional<Missing> oldestAsked(Predicate<Missing> which) {
        return byId.values().stream()
                .filter(Missing::asked)
                .filter(which)
                .min(Comparator.comparingLong(message -> message.head.getTimestampSeconds()));
    }

    /**
     * Those of some messages that have not come meanwhile.
     *
     * @param messages what to look for
     * @return those that are still missing
     */
    public List<Missing> stillMissing(List<Missing> messages) {
        List<Missing> known = messages.stream()
                .filter(message -> byId.containsKey(message.id()))
                .toList();
        // One may have come while its row was written.
        List<Missing> seen = store.transact(tx -> known.stream()
                .filter(message -> ReceivedIds.contains(tx, message.id(), message.origin()))
                .toList());
        remove(seen);
        return known.stream().filter(message -> !seen.contains(message)).toList();
    }

    /**
     * The server has the request for these messages.
     *
     * @param messages what the phone was asked for
     */
    public void asked(List<Missing> messages) {
        store.transact(tx -> {
            messages.stream()
                    // The answer may have overtaken this.
                    .filter(message -> StoredRow.exists(tx, StoreTable.MISSING_MESSAGES, key(message)))
                    .forEach(message -> put(tx, message.whenAsked()));
            return true;
        });
        messages.forEach(message -> byId.replace(message.id(), message, message.whenAsked()));
    }

    /**
     * Drops what is too old.
     *
     * @param now what the clock says
     */
    public void prune(Instant now) {
        remove(byId.values().stream().filter(message -> message.isOver(now)).toList());
    }

    private void remove(List<Missing> messages) {
        if (messages.isEmpty()) {
            return;
        }
        store.transact(tx -> {
            messages.forEach(message -> delete(tx, message));
            return true;
        });
        messages.forEach(message -> byId.remove(message.id()));
    }

    /**
     * For the messages that are received in one transaction.
     *
     * @return to be told of each message of the transaction
     */
    public Found found() {
        return new Found();
    }

    /** The missing messages among those of one transaction. */
    public final class Found {

        private final List<String> ids = new ArrayList<>(0);

        private Found() {}

        /**
         * Removes the row of a message, if it has one; call in the transaction.
         *
         * @param origin the chat and the author
         */
        void received(StoreTransaction transaction, String id, MessageOrigin origin) {
            Missing message = byId.get(id);
            // Somebody else may have sent one under the same id.
            if (message != null && message.origin().meets(origin)) {
                delete(transaction, message);
                ids.add(id);
            }
        }

        /** Call when the transaction is committed: one that is not leaves all as it was. */
        public void committed() {
            ids.forEach(byId::remove);
        }
    }

    private static void put(StoreTransaction transaction, Missing message) {
        transaction.put(StoreTable.MISSING_MESSAGES, key(message), message.toRow());
    }

    private static void delete(StoreTransaction transaction, Missing message) {
        transaction.delete(StoreTable.MISSING_MESSAGES, key(message));
    }

    /** A hash, for an id may hold anything, at any length. */
    private static String key(Missing message) {
        return HexFormat.of().formatHex(Digests.sha256(message.id().getBytes(UTF_8)));
    }
}
