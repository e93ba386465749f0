package dev.waxwing.internal.message;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.binary.NodeBytes;
import dev.waxwing.internal.message.SentMessages.Earlier;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.SentMessage;
import dev.waxwing.proto.storage.OutboxEntry;
import dev.waxwing.proto.storage.SendOutcome;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that the server has not acknowledged. An entry is written in the transaction that spends the message keys, and
 * removed when the ack is here; after each login what is left goes out again, byte for byte.
 */
final class Outbox {

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final int RESEND_BATCH = 256;

    private final AccountStore store;
    private final StanzaStream stream;
    private final Executor executor;
    private final Duration ackTimeout;
    private final Map<String, Pending> pending = new ConcurrentHashMap<>();
    private final AtomicInteger logins = new AtomicInteger();

    /** Of the last row written, in microseconds: rows of one millisecond, and of a clock that was set back, keep their order. */
    private final AtomicLong lastRow = new AtomicLong();

    private final RowRemover<Acknowledged> remover;
    private volatile @Nullable RuntimeException closed;

    Outbox(AccountStore store, StanzaStream stream, Executor executor, Duration ackTimeout) {
        this.store = requireNonNull(store, "store");
        this.stream = requireNonNull(stream, "stream");
        this.executor = requireNonNull(executor, "executor");
        this.ackTimeout = requireNonNull(ackTimeout, "ackTimeout");
        remover = new RowRemover<>(store, executor, Outbox::remove, this::removed);
    }

    /**
     * Writes the entry behind all others; call in the transaction of the encryption.
     *
     * @param idChosen whether the application chose the id, and may ask for the message by it later
     */
    Row put(StoreTransaction transaction, MessageKey key, Instant createdAt, Node stanza, boolean idChosen) {
        OutboxEntry.Builder entry = OutboxEntry.newBuilder()
                .setId(key.id())
                .setIdChosen(idChosen)
                .setChat(key.remoteJid().toString())
                .setCreatedAtMillis(createdAt.toEpochMilli())
                .setStanza(ByteString.copyFrom(NodeBytes.of(stanza)));
        key.remoteJidAlt().ifPresent(alt -> entry.setChatAlt(alt.toString()));
        long created = TimeUnit.MILLISECONDS.toMicros(createdAt.toEpochMilli());
        String row = String.format("%018d", lastRow.updateAndGet(last -> Math.max(created, last + 1)));
        transaction.put(StoreTable.OUTBOX, row, entry.build().toByteArray());
        if (idChosen) {
            SentMessages.putOutcome(
                    transaction,
                    key.id(),
                    SendOutcome.newBuilder().setOutboxRow(row).build());
        }
        return new Row(key, row, idChosen);
    }

    /**
     * Sends an entry that was just committed.
     *
     * @param row what {@link #put} gave
     * @return completes when the server acknowledged it, be it on a later connection; fails with {@link ServerRefusedException}
     *     or, after the time for an ack on a standing connection, {@link dev.waxwing.error.RequestTimeoutException}
     */
    CompletableFuture<SentMessage> transmit(Row row, Node stanza) {
        Pending entry = pendingFor(row);
        // Writes nothing if a login came between the commit and this call: the message went out with it.
        write(entry, stanza, logins.get());
        return entry.result;
    }

    /**
     * What becomes, or became, of a message that was committed before. Reads the store; not for the event loop.
     *
     * @param earlier as the store knew it a moment ago
     * @return as {@link #transmit}
     */
    CompletableFuture<SentMessage> follow(Earlier earlier) {
        if (!earlier.outcome().hasOutboxRow()) {
            return outcome(earlier);
        }
        String id = earlier.key().id();
        Pending own = new Pending(new Row(earlier.key(), earlier.outcome().getOutboxRow(), true));
        Pending known = pending.putIfAbsent(id, own);
        if (known != null) {
            return known.result;
        }
        // Whoever sends the row finds this entry now, unless it was acknowledged meanwhile.
        Earlier now = store.transact(tx -> SentMessages.earlier(tx, id)).orElse(earlier);
        if (!now.outcome().hasOutboxRow()) {
            pending.remove(id, own);
            outcome(now).whenComplete((sent, failure) -> own.end(sent, failure));
        } else if (closed != null) {
            own.end(null, closed);
        }
        return own.result;
    }

    private static CompletableFuture<SentMessage> outcome(Earlier earlier) {
        SendOutcome outcome = earlier.outcome();
        return switch (outcome.getStateCase()) {
            case REFUSED_WITH ->
                CompletableFuture.failedFuture(
                        new ServerRefusedException("message", outcome.getRefusedWith(), "", null));
            case ACKNOWLEDGED_AT_SECONDS ->
                CompletableFuture.completedFuture(
                        new SentMessage(earlier.key(), Instant.ofEpochSecond(outcome.getAcknowledgedAtSeconds())));
            // Nobody chose its id, so that nobody could know it before the server had the message.
            default -> CompletableFuture.completedFuture(new SentMessage(earlier.key(), earlier.createdAt()));
        };
    }

    /** Sends everything that is left from earlier connections. Call after each login, off the event loop. */
    void resend() {
        int login = logins.incrementAndGet();
        String from = "";
        for (List<StoreEntry> batch = batchFrom(from); !batch.isEmpty(); batch = batchFrom(from)) {
            batch.forEach(row -> resend(row, login));
            from = batch.get(batch.size() - 1).key() + '~';
        }
    }

    /** Nothing will be sent any more: fails whoever waits. The entries stay for the next start. */
    void close(RuntimeException reason) {
        closed = reason;
        pending.values().forEach(entry -> entry.result.completeExceptionally(reason));
        pending.clear();
    }

    private List<StoreEntry> batchFrom(String from) {
        return store.transact(tx -> tx.scan(StoreTable.OUTBOX, from, null, RESEND_BATCH));
    }

    private void resend(StoreEntry row, int login) {
        OutboxEntry saved = parse(row);
        Pending entry = pendingFor(new Row(keyOf(saved), row.key(), saved.getIdChosen()));
        // What went out on an earlier connection has failed, even if that has not been told yet: it must not fall
        // behind.
        write(entry, NodeBytes.read(saved.getStanza().toByteArray()), login);
    }

    private Pending pendingFor(Row row) {
        return pending.computeIfAbsent(row.key.id(), id -> new Pending(row));
    }

    /** Does nothing if it was written after this login already. */
    private void write(Pending entry, Node stanza, int login) {
        if (!entry.isFirstAfter(login)) {
            return;
        }
        stream.sendAwaitingAck(stanza, ackTimeout).whenComplete((ack, failure) -> {
            if (failure == null) {
                remover.remove(new Acknowledged(entry.row, entry, ack.intAttr("error", 0), serverTime(ack)));
            } else {
                executor.execute(() -> failed(entry, login, Failures.unwrap(failure)));
            }
        });
    }

    private void failed(Pending entry, int login, Throwable reason) {
        if (entry.lastLogin() != login) {
            // It went out again meanwhile.
            return;
        }
        if (reason instanceof ConnectionLostException) {
            LOG.debug("Message {} goes out again after the next login", entry.id());
            return;
        }
        pending.remove(entry.id(), entry);
        entry.result.completeExceptionally(reason);
    }

    private static void remove(StoreTransaction transaction, Acknowledged done) {
        transaction.delete(StoreTable.OUTBOX, done.row.row);
        if (done.row.idChosen || done.error != 0) {
            SendOutcome.Builder outcome = SendOutcome.newBuilder();
            SentMessages.putOutcome(
                    transaction,
                    done.row.key.id(),
                    done.error == 0
                            ? outcome.setAcknowledgedAtSeconds(done.time.getEpochSecond())
                                    .build()
                            : outcome.setRefusedWith(done.error).build());
        }
    }

    private void removed(List<Acknowledged> all, @Nullable RuntimeException failure) {
        if (failure != null) {
            // The rows stay and the messages will go out once more; the server knows their ids.
            LOG.warn("Could not remove {} messages from the outbox", all.size(), failure);
        }
        for (Acknowledged done : all) {
            Pending entry = done.entry;
            pending.remove(entry.id(), entry);
            int error = done.error;
            if (error == 0) {
                entry.result.complete(new SentMessage(entry.row.key, done.time));
            } else {
                entry.result.completeExceptionally(new ServerRefusedException("message", error, "", null));
            }
        }
    }

    private Instant serverTime(Node ack) {
        long seconds = ack.longAttr("t", stream.serverTimeMillis() / 1000);
        return Instant.ofEpochSecond(seconds);
    }

    private static OutboxEntry parse(StoreEntry row) {
        try {
            return OutboxEntry.parseFrom(row.value());
        } catch (InvalidProtocolBufferException e) {
            throw new StoreFailedException("outbox entry " + row.key() + " is damaged", e);
        }
    }

    private static MessageKey keyOf(OutboxEntry entry) {
        return new MessageKey(
                Jid.parse(entry.getChat()),
                true,
                entry.getId(),
                Optional.empty(),
                entry.hasChatAlt() ? Optional.of(Jid.parse(entry.getChatAlt())) : Optional.empty(),
                Optional.empty());
    }

    /**
     * Where an entry stands.
     *
     * @param key the message
     * @param row the entry's key in the table
     * @param idChosen whether the application chose the message's id
     */
    record Row(MessageKey key, String row, boolean idChosen) {}

    private static final class Pending {
        private final Row row;
        private final CompletableFuture<SentMessage> result = new CompletableFuture<>();

        /** The login after which it was written last; 0 before the first. */
        private int login;

        private Pending(Row row) {
            this.row = row;
        }

        String id() {
            return row.key.id();
        }

        void end(@Nullable SentMessage sent, @Nullable Throwable failure) {
            if (failure == null) {
                result.complete(sent);
            } else {
                result.completeExceptionally(failure);
            }
        }

        synchronized boolean isFirstAfter(int now) {
            boolean first = login < now;
            login = Math.max(login, now);
            return first;
        }

        synchronized int lastLogin() {
            return login;
        }
    }

    private record Acknowledged(Row row, Pending entry, int error, Instant time) {}
}
