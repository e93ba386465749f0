package dev.waxwing.internal.outbox;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.MessageExpiredException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.event.MessagesUpdate.StatusChange;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.outbox.AcknowledgedRows.Acknowledged;
import dev.waxwing.internal.outbox.OutboxRows.QueuedMessage;
import dev.waxwing.internal.outbox.OutboxRows.QueuedStanza;
import dev.waxwing.internal.outbox.OutboxRows.StoredEntry;
import dev.waxwing.internal.outbox.SentMessages.Earlier;
import dev.waxwing.internal.receipt.ReachedMessages;
import dev.waxwing.internal.receipt.StatusUpdates;
import dev.waxwing.internal.rows.StoredRow;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.threads.Cancellable;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.internal.threads.LoopTimer;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.MessageStatus;
import dev.waxwing.model.SentMessage;
import dev.waxwing.proto.storage.SendOutcome;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that the server has not acknowledged. An entry is written in the transaction that spends the message keys,
 * and removed when the ack is here; after each login what is left goes out again, byte for byte, until it is too old.
 */
public final class Outbox implements ReachedMessages {

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final SendOutcome EXPIRED =
            SendOutcome.newBuilder().setExpired(true).build();
    private static final int MOST_DOUBLINGS = 6;
    private static final Duration LONGEST_WATCH = Duration.ofMinutes(1);

    private final AccountStore store;
    private final OutboxRows rows;
    private final StanzaStream stream;
    private final StatusUpdates statuses;
    private final Executor executor;
    private final LoopTimer timer;
    private final Clock clock;
    private final SendPolicy policy;
    private final Fate fate;
    private final Map<String, PendingMessage> pending = new ConcurrentHashMap<>();

    /** Rows that an earlier process wrote and that no pending entry stands for yet: they take room all the same. */
    private final Set<String> earlierRows = ConcurrentHashMap.newKeySet();

    /** How many of the pending are answered for, and only their rows are not gone yet: they take no room. */
    private final AtomicInteger answered = new AtomicInteger();

    private final CatchUp catchUp = new CatchUp();
    private final AcknowledgedRows acknowledged;
    private final AtomicBoolean watching = new AtomicBoolean();
    private volatile Cancellable nextWatch = () -> {};
    private volatile @Nullable RuntimeException closed;

    /** Hears what becomes of stanzas. */
    public interface Fate {

        /**
         * The server has answered. On the event loop.
         *
         * @param message the {@code <message>} as it was sent
         * @param ack the answer, with an {@code error} if it was refused
         */
        void acknowledged(Node message, Node ack);

        /**
         * It is too old and will never be sent. May write the store.
         *
         * @param message the {@code <message>}
         */
        default void givenUp(Node message) {}

        /**
         * Whether a message that the server refused can be encrypted anew for it; asked once for each message. On the
         * event loop.
         *
         * @param message the {@code <message>} as it was sent
         * @param error why it was refused
         * @return true if {@link #renew} is to be called
         */
        default boolean isRenewable(Node message, int error) {
            return false;
        }

        /**
         * Encrypts a message anew. Returns at once. On the event loop.
         *
         * @param message the {@code <message>} as it was sent
         * @param replacement stores the new stanza
         * @return completes with the stanza that is stored now; empty if there is none, and the refusal stands
         */
        default CompletionStage<Optional<Node>> renew(Node message, Replacement replacement) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
    }

    /** Takes what a message goes out as from now on. */
    public interface Replacement {

        /**
         * Writes the stanza in place of the one that is stored.
         *
         * @param transaction the transaction that encrypted it
         * @param stanza the finished stanza
         * @return false if the message is not in the outbox any more
         */
        boolean store(StoreTransaction transaction, Node stanza);
    }

    /**
     * Reads the store.
     *
     * @param store the account's store
     * @param stream the account's stream
     * @param statuses told how messages get on
     * @param executor runs what reads and writes the store
     * @param timer the account's timer
     * @param clock tells how old a message is
     * @param policy how far sending goes
     * @param fate hears what becomes of each stanza
     */
    public Outbox(
            AccountStore store,
            StanzaStream stream,
            StatusUpdates statuses,
            Executor executor,
            LoopTimer timer,
            Clock clock,
            SendPolicy policy,
            Fate fate) {
        this.store = requireNonNull(store, "store");
        this.rows = new OutboxRows(store);
        this.stream = requireNonNull(stream, "stream");
        this.statuses = requireNonNull(statuses, "statuses");
        this.executor = requireNonNull(executor, "executor");
        this.timer = requireNonNull(timer, "timer");
        this.clock = requireNonNull(clock, "clock");
        this.policy = requireNonNull(policy, "policy");
        this.fate = requireNonNull(fate, "fate");
        acknowledged = new AcknowledgedRows(store, executor, timer, policy.outboxLimit(), this::ended, this::removed);
        earlierRows.addAll(rows.rowsOfEarlierProcess());
    }

    /**
     * Whether there is room for messages on their way here, beside those of an earlier process.
     *
     * @param waiting how many messages are not stored yet, with the one that asks
     * @return true if one more fits
     */
    public boolean hasRoom(int waiting) {
        return earlierRows.size() + pending.size() - answered.get() + waiting <= policy.outboxLimit();
    }

    /**
     * Writes the entry behind all others; call in the transaction of the encryption.
     *
     * @param transaction the transaction that encrypted it
     * @param key the message's key
     * @param createdAt when the application sent it
     * @param stanza the finished stanza
     * @param idChosen whether the application chose the id, and may ask for the message by it later
     * @return where it lies
     */
    public QueuedMessage put(
            StoreTransaction transaction, MessageKey key, Instant createdAt, Node stanza, boolean idChosen) {
        QueuedMessage message = rows.put(transaction, key, createdAt, stanza, idChosen);
        if (idChosen) {
            SentMessages.putOutcome(
                    transaction,
                    key.id(),
                    SendOutcome.newBuilder().setOutboxRow(message.row()).build());
        }
        return message;
    }

    /**
     * What becomes of an entry that was just committed; {@link #transmit} it next.
     *
     * @param message what {@link #put} gave
     * @return completes when the server acknowledged it, be it on a later connection; fails with
     *     {@link ServerRefusedException}, with {@link MessageExpiredException}, or with the reason for which the
     *     account was closed
     */
    public CompletableFuture<SentMessage> acknowledgement(QueuedMessage message) {
        return pendingFor(message).result();
    }

    /**
     * Sends an entry that was just committed, behind all that were committed before it.
     *
     * @param message what {@link #put} gave
     * @param stanza the finished stanza
     */
    public void transmit(QueuedMessage message, Node stanza) {
        PendingMessage entry = pendingFor(message);
        catchUp.send(login -> {
            // It may have gone out with what was stored, and be done with.
            if (pending.get(entry.id()) == entry) {
                write(entry, stanza, login);
            }
        });
        endIfClosed(entry);
    }

    /**
     * What becomes, or became, of a message that was committed before. Reads the store; not for the event loop.
     *
     * @param earlier as the store knew it a moment ago
     * @return as {@link #acknowledgement}
     */
    public CompletableFuture<SentMessage> follow(Earlier earlier) {
        if (!earlier.outcome().hasOutboxRow()) {
            return outcome(earlier);
        }
        String id = earlier.key().id();
        PendingMessage own = new PendingMessage(
                new QueuedMessage(earlier.key(), earlier.outcome().getOutboxRow(), true));
        PendingMessage known = pending.putIfAbsent(id, own);
        earlierRows.remove(own.row());
        if (known != null) {
            return known.result();
        }
        // Whoever sends the row finds this entry now, unless the message came to its end before.
        Earlier now =
                store.transact(tx -> withEnd(tx, SentMessages.earlier(tx, id).orElse(earlier)));
        if (!now.outcome().hasOutboxRow()) {
            pending.remove(id, own);
            outcome(now).whenComplete((sent, failure) -> own.end(sent, failure));
        }
        endIfClosed(own);
        return own.result();
    }

    /** Whoever gave up a row that could not be read could not put on record which message it was. */
    private static Earlier withEnd(StoreTransaction transaction, Earlier earlier) {
        SendOutcome outcome = earlier.outcome();
        boolean isGone =
                outcome.hasOutboxRow() && !StoredRow.exists(transaction, StoreTable.OUTBOX, outcome.getOutboxRow());
        return isGone ? new Earlier(earlier.key(), earlier.createdAt(), EXPIRED) : earlier;
    }

    private void endIfClosed(PendingMessage entry) {
        RuntimeException reason = closed;
        if (reason != null) {
            entry.end(null, reason);
        }
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
            case EXPIRED ->
                CompletableFuture.failedFuture(
                        new MessageExpiredException(earlier.key().id()));
            // Nobody chose its id, so that nobody could know it before the server had the message.
            default -> CompletableFuture.completedFuture(new SentMessage(earlier.key(), earlier.createdAt()));
        };
    }

    /**
     * Sends everything that is left from earlier connections. Call after each login, off the event loop. If the store
     * fails, this is tried again later.
     */
    public void resend() {
        catchUp.begin();
        if (watching.compareAndSet(false, true)) {
            watch();
        }
        sendStoredRows();
    }

    /** The connection is gone: nothing goes out until {@link #resend} is called for the next one. Does not block. */
    public void interrupted() {
        catchUp.interrupted();
    }

    /** One after the other, and none for a login that is past: messages must not overtake each other. */
    private synchronized void sendStoredRows() {
        int login = catchUp.login();
        expire();
        String from = "";
        for (List<StoredEntry> batch = rows.readFrom(from); !batch.isEmpty(); batch = rows.readFrom(from)) {
            for (StoredEntry saved : batch) {
                if (!catchUp.isCurrent(login)) {
                    return;
                }
                // Also what was written to an earlier connection: that connection is gone, and if this entry waited
                // until its failure is told, those behind it would overtake it.
                QueuedStanza content = saved.content();
                if (content != null) {
                    write(pendingFor(content.message()), content.stanza(), login);
                }
                from = OutboxRows.behind(saved.row());
            }
        }
        catchUp.end(login);
    }

    /**
     * Receipts say that the server has these messages, even if its acks are still on their way; call before they are
     * published.
     *
     * @param chat in every form known: whoever guesses an id that belongs to another must not say anything of it
     * @param ids of any messages
     */
    @Override
    public void reached(Set<Jid> chat, List<String> ids) {
        statuses.publishNews(ids.stream()
                .map(pending::get)
                .filter(entry -> entry != null && !entry.isEnded() && entry.isIn(chat))
                .map(entry -> new StatusChange(entry.key(), MessageStatus.SERVER_ACK))
                .toList());
    }

    /**
     * Nothing will be sent any more: fails whoever waits. The entries stay for the next start.
     *
     * @param reason what those who wait are told
     * @return completes, and never in failure, when the rows of what was acknowledged are gone or could not be removed
     */
    public CompletableFuture<Void> close(RuntimeException reason) {
        closed = reason;
        nextWatch.cancel();
        pending.values().forEach(entry -> entry.end(null, reason));
        pending.clear();
        return acknowledged.close();
    }

    private PendingMessage pendingFor(QueuedMessage message) {
        PendingMessage entry = pending.computeIfAbsent(message.key().id(), id -> new PendingMessage(message));
        earlierRows.remove(message.row());
        return entry;
    }

    /** Does nothing if it was written after this login already, or the server has it. */
    private void write(PendingMessage entry, Node stanza, int login) {
        if (!entry.isEnded() && entry.isFirstAfter(login)) {
            writeNow(entry, stanza, login);
        }
    }

    private void writeNow(PendingMessage entry, Node stanza, int login) {
        Duration patience = policy.ackTimeout().multipliedBy(1L << Math.min(entry.unanswered(), MOST_DOUBLINGS));
        stream.sendAwaitingAck(stanza, patience).whenComplete((ack, failure) -> {
            if (failure == null) {
                int error = ack.intAttr("error", 0);
                if (error != 0 && fate.isRenewable(stanza, error) && entry.mayBeRenewed()) {
                    renew(entry, stanza, ack, login);
                } else {
                    answered(entry, stanza, ack);
                }
                return;
            }
            if (failure instanceof RequestTimeoutException) {
                // This one cost a connection: it must not cost the next one as soon.
                entry.remainedUnanswered();
            }
            LOG.debug("Message {} goes out again after the next login", entry.id(), failure);
        });
    }

    private void answered(PendingMessage entry, Node stanza, Node ack) {
        acknowledged.remove(new Acknowledged(entry, ack.intAttr("error", 0), serverTime(ack)));
        fate.acknowledged(stanza, ack);
    }

    /** It stays in the outbox meanwhile: after the loss of the connection it goes out as it is stored then. */
    private void renew(PendingMessage entry, Node stanza, Node ack, int login) {
        fate.renew(stanza, (tx, renewed) -> rows.replace(tx, entry.message(), renewed))
                .whenComplete((renewed, failure) -> {
                    if (failure != null && Failures.unwrap(failure) instanceof ConnectionLostException) {
                        entry.notRenewed();
                        LOG.debug("Message {} is encrypted anew after the next login", entry.id(), failure);
                    } else if (failure != null || renewed.isEmpty()) {
                        LOG.debug("Message {} stays refused", entry.id(), failure);
                        answered(entry, stanza, ack);
                    } else if (catchUp.isCurrent(login) && pending.get(entry.id()) == entry) {
                        writeNow(entry, renewed.get(), login);
                    }
                });
    }

    private void watch() {
        long most = Math.min(policy.outboxExpiry().toMillis(), LONGEST_WATCH.toMillis());
        Cancellable next;
        try {
            next = timer.after(Duration.ofMillis(Math.max(1, most / 2)), executor, this::watchOver);
        } catch (RejectedExecutionException e) {
            // The account has ended.
            return;
        }
        nextWatch = next;
        if (closed != null) {
            next.cancel();
        }
    }

    private void watchOver() {
        try {
            acknowledged.removeLeft();
            if (catchUp.isLeft()) {
                sendStoredRows();
            } else if (!pending.isEmpty() || !earlierRows.isEmpty()) {
                expire();
            }
        } catch (RuntimeException e) {
            LOG.warn("Could not look through the outbox", e);
        } finally {
            watch();
        }
    }

    /** Gives up what is too old. Rows lie in the order of their age. */
    private void expire() {
        Instant end = clock.instant().minus(policy.outboxExpiry());
        List<StoredEntry> old;
        do {
            old = rows.readOlder(end);
            giveUp(old);
        } while (old.size() == OutboxRows.BATCH);
    }

    private void giveUp(List<StoredEntry> old) {
        if (old.isEmpty()) {
            return;
        }
        // What the server has is not given up; its row is only left.
        List<StoredEntry> unanswered = old.stream()
                .filter(saved ->
                        keyOf(saved).map(key -> pending.get(key.id())).stream().noneMatch(PendingMessage::isEnded))
                .toList();
        List<MessageKey> keys =
                unanswered.stream().flatMap(saved -> keyOf(saved).stream()).toList();
        store.transact(tx -> {
            old.forEach(saved -> tx.delete(StoreTable.OUTBOX, saved.row()));
            keys.forEach(key -> SentMessages.putOutcome(tx, key.id(), EXPIRED));
            return true;
        });
        if (!unanswered.isEmpty()) {
            LOG.warn(
                    "{} messages waited longer than {} in the outbox; they are given up",
                    unanswered.size(),
                    policy.outboxExpiry());
        }
        unanswered.forEach(saved -> {
            earlierRows.remove(saved.row());
            QueuedStanza content = saved.content();
            if (content != null) {
                fate.givenUp(content.stanza());
            }
        });
        statuses.publishNews(keys.stream()
                .map(key -> new StatusChange(key, MessageStatus.ERROR))
                .toList());
        for (MessageKey key : keys) {
            PendingMessage entry = pending.remove(key.id());
            if (entry != null) {
                entry.end(null, new MessageExpiredException(entry.id()));
            }
        }
    }

    /** Tells of messages that were acknowledged; their rows are still there. */
    private void ended(List<Acknowledged> all) {
        List<Acknowledged> news = all.stream()
                .filter(done -> pending.get(done.entry().id()) == done.entry()
                        && !done.entry().isEnded())
                .toList();
        // Before they have ended: a receipt that comes next finds them, or finds that this was told.
        statuses.publishNews(news.stream()
                .map(done -> new StatusChange(
                        done.entry().key(), done.error() == 0 ? MessageStatus.SERVER_ACK : MessageStatus.ERROR))
                .toList());
        for (Acknowledged done : news) {
            answered.incrementAndGet();
            if (done.error() == 0) {
                done.entry().end(new SentMessage(done.entry().key(), done.time()), null);
            } else {
                done.entry().end(null, new ServerRefusedException("message", done.error(), "", null));
            }
        }
    }

    private void removed(List<Acknowledged> all) {
        for (Acknowledged done : all) {
            if (pending.remove(done.entry().id(), done.entry())) {
                answered.decrementAndGet();
            }
        }
    }

    private Instant serverTime(Node ack) {
        Instant now = Instant.ofEpochSecond(stream.serverTimeMillis() / 1000);
        try {
            return ack.timeAttr("t", now);
        } catch (ProtocolViolationException e) {
            // The server has the message all the same, and must not get it again for this.
            LOG.debug("The ack of message {} has no time", ack.attr("id"), e);
            return now;
        }
    }

    /** Which message it is, if the row or somebody who waits for it tells. */
    private Optional<MessageKey> keyOf(StoredEntry saved) {
        return Optional.ofNullable(saved.content())
                .map(QueuedStanza::message)
                .or(() -> pending.values().stream()
                        .map(PendingMessage::message)
                        .filter(message -> message.row().equals(saved.row()))
                        .findFirst())
                .map(QueuedMessage::key);
    }
}
