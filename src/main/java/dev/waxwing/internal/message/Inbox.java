package dev.waxwing.internal.message;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessagesUpsert;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.event.Reception;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.WebMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.storage.InboxEntry;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Received messages on their way to the listeners. An entry is written in the transaction that opens the ciphertext and removed
 * when every listener has returned, so a message that was acknowledged to the server is never lost with the process. While
 * nobody listens, entries wait.
 *
 * <p>Listeners are fed from the store and not from the network, at most {@link #WINDOW} messages ahead, so a flood fills the disk
 * and not the heap.
 */
final class Inbox {

    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
    private static final int WINDOW = 64;
    private static final String ENTRY_PREFIX = "m/";

    /** Behind every key that begins with {@link #ENTRY_PREFIX}. */
    private static final String BEHIND_ENTRIES = "m0";

    private static final String LAST_KEY = "last";

    private final AccountStore store;
    private final EventDispatcher events;
    private final MessageTracer tracer;
    private final Executor executor;
    private final RowRemover<Handed> remover;
    private final CompletableFuture<Void> idle = new CompletableFuture<>();

    /** Entries that listeners have, until they are removed. Guards the fields below. */
    private final Set<String> inHand = new HashSet<>();

    /** Entries that are done with and could not be removed, or cannot be read. */
    private final Set<String> passedOver = new HashSet<>();

    /** Behind the last entry handed out; entries are numbered in the order of their commits. */
    private String next = ENTRY_PREFIX;

    /** Set when nobody heard an entry: once nothing is in hand, all that is there is handed out again. */
    private boolean startOver;

    private boolean pumping;
    private boolean wokenMeanwhile;
    private boolean closed;

    Inbox(AccountStore store, EventDispatcher events, MessageTracer tracer, Executor executor) {
        this.store = requireNonNull(store, "store");
        this.events = requireNonNull(events, "events");
        this.tracer = requireNonNull(tracer, "tracer");
        this.executor = requireNonNull(executor, "executor");
        remover = new RowRemover<>(store, StoreTable.INBOX, executor, handed -> handed.key, this::consumed);
    }

    /**
     * Writes an entry behind all others, and notes the message as seen; call in the transaction of the decryption. Does nothing
     * if a message of this id by this author was seen lately: one encrypted anew may follow a copy that arrived after all, and
     * the ratchet cannot tell.
     *
     * @param author who sent it, in every form known
     * @param entry empty for a message that is not for the application
     */
    static void put(StoreTransaction transaction, String id, Collection<Jid> author, Optional<InboxEntry> entry) {
        byte[] last = transaction.get(StoreTable.INBOX, LAST_KEY);
        long next = last == null ? 0 : Long.parseLong(new String(last, US_ASCII)) + 1;
        if (!SeenMessages.add(transaction, next, id, author)) {
            LOG.debug("Message {} came again, encrypted anew", id);
            return;
        }
        String number = String.format("%016d", next);
        transaction.put(StoreTable.INBOX, LAST_KEY, number.getBytes(US_ASCII));
        entry.ifPresent(row -> transaction.put(StoreTable.INBOX, ENTRY_PREFIX + number, row.toByteArray()));
    }

    /**
     * Whether a message was seen lately.
     *
     * @param author who sent it, in every form known
     */
    boolean hasSeen(String id, Collection<Jid> author) {
        return store.transact(tx -> SeenMessages.contains(tx, id, author));
    }

    /** Hands waiting entries to the listeners, in order. Returns at once; call after each commit and when somebody subscribes. */
    void wake() {
        synchronized (inHand) {
            if (closed) {
                return;
            }
            if (pumping) {
                wokenMeanwhile = true;
                return;
            }
            pumping = true;
        }
        try {
            executor.execute(this::pump);
        } catch (RejectedExecutionException e) {
            // Shutting down: the entries wait for the next start.
            close();
        }
    }

    /**
     * Hands nothing out any more. What listeners have in hand is removed when they return.
     *
     * @return completes when they have
     */
    CompletableFuture<Void> close() {
        boolean none;
        synchronized (inHand) {
            closed = true;
            none = inHand.isEmpty();
        }
        if (none) {
            idle.complete(null);
        }
        return idle.copy();
    }

    private void pump() {
        do {
            try {
                deliverWaiting();
            } catch (RuntimeException e) {
                LOG.error("Could not read the inbox; the next message tries again", e);
            }
        } while (mustGoOn());
    }

    private boolean mustGoOn() {
        synchronized (inHand) {
            boolean again = wokenMeanwhile && !closed;
            wokenMeanwhile = false;
            pumping = again;
            return again;
        }
    }

    private void deliverWaiting() {
        if (!events.isListenedTo(Events.MESSAGES_UPSERT)) {
            return;
        }
        int room;
        String from;
        synchronized (inHand) {
            if (startOver && inHand.isEmpty()) {
                startOver = false;
                next = ENTRY_PREFIX;
            }
            room = startOver ? 0 : WINDOW - inHand.size();
            from = next;
        }
        if (room < WINDOW / 2) {
            // Fewer and larger reads; when so many have been consumed that there is room, this is called again.
            return;
        }
        List<StoreEntry> rows = store.transact(tx -> tx.scan(StoreTable.INBOX, from, BEHIND_ENTRIES, room));
        for (StoreEntry row : rows) {
            if (!handOut(row)) {
                return;
            }
        }
    }

    /** False if no entry may be handed out for now. */
    private boolean handOut(StoreEntry row) {
        synchronized (inHand) {
            if (closed || startOver) {
                return false;
            }
            next = row.key() + '~';
            if (passedOver.contains(row.key())) {
                return true;
            }
            inHand.add(row.key());
        }
        try {
            deliver(row);
        } catch (RuntimeException e) {
            LOG.error("Could not deliver entry {} of the inbox; the next start tries again", row.key(), e);
            putDown(List.of(row.key()), true);
        }
        return true;
    }

    private void deliver(StoreEntry row) {
        InboxEntry entry = parse(row);
        MessagesUpsert.Type type = entry.getOffline() ? MessagesUpsert.Type.APPEND : MessagesUpsert.Type.NOTIFY;
        events.deliver(Events.MESSAGES_UPSERT, new MessagesUpsert(List.of(message(entry)), type))
                .thenAccept(reception -> {
                    if (reception == Reception.HEARD) {
                        remover.remove(new Handed(row.key(), entry.getId()));
                    } else {
                        putBack(row.key());
                    }
                });
    }

    private void consumed(List<Handed> all, @Nullable RuntimeException failure) {
        if (failure != null) {
            LOG.warn(
                    "Could not remove {} messages from the inbox; they are delivered again at the next start",
                    all.size(),
                    failure);
        }
        all.forEach(handed -> tracer.delivered(handed.id));
        putDown(all.stream().map(Handed::key).toList(), failure != null);
    }

    /** Nobody heard it: it waits for the next listener or the next start, and those behind it wait with it. */
    private void putBack(String key) {
        synchronized (inHand) {
            startOver = true;
        }
        putDown(List.of(key), false);
    }

    private void putDown(List<String> keys, boolean passOver) {
        boolean last;
        synchronized (inHand) {
            keys.forEach(inHand::remove);
            if (passOver) {
                passedOver.addAll(keys);
            }
            last = closed && inHand.isEmpty();
        }
        if (last) {
            idle.complete(null);
        }
        wake();
    }

    private static InboxEntry parse(StoreEntry row) {
        try {
            return InboxEntry.parseFrom(row.value());
        } catch (InvalidProtocolBufferException e) {
            throw new StoreFailedException("inbox entry " + row.key() + " is damaged", e);
        }
    }

    static InboxEntry entry(
            MessageKey key, Instant timestamp, @Nullable String pushName, boolean offline, Message message) {
        InboxEntry.Builder entry = InboxEntry.newBuilder()
                .setChat(key.remoteJid().toString())
                .setFromMe(key.fromMe())
                .setId(key.id())
                .setTimestampSeconds(timestamp.getEpochSecond())
                .setOffline(offline)
                .setMessage(message.toByteString());
        key.remoteJidAlt().ifPresent(jid -> entry.setChatAlt(jid.toString()));
        key.participant().ifPresent(jid -> entry.setParticipant(jid.toString()));
        key.participantAlt().ifPresent(jid -> entry.setParticipantAlt(jid.toString()));
        if (pushName != null) {
            entry.setPushName(pushName);
        }
        return entry.build();
    }

    private static WebMessage message(InboxEntry entry) {
        MessageKey key = new MessageKey(
                Jid.parse(entry.getChat()),
                entry.getFromMe(),
                entry.getId(),
                jid(entry.hasParticipant(), entry.getParticipant()),
                jid(entry.hasChatAlt(), entry.getChatAlt()),
                jid(entry.hasParticipantAlt(), entry.getParticipantAlt()));
        return new WebMessage(
                key,
                Instant.ofEpochSecond(entry.getTimestampSeconds()),
                entry.hasPushName() ? Optional.of(entry.getPushName()) : Optional.empty(),
                content(entry.getMessage()));
    }

    private static Optional<Jid> jid(boolean present, String text) {
        return present ? Optional.of(Jid.parse(text)) : Optional.empty();
    }

    private static Message content(ByteString bytes) {
        try {
            return Message.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new StoreFailedException("the content of an inbox entry is damaged", e);
        }
    }

    private record Handed(String key, String id) {}
}
