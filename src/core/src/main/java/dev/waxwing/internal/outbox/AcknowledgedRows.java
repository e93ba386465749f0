package dev.waxwing.internal.outbox;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.threads.KeyedLanes;
import dev.waxwing.internal.threads.LoopTimer;
import dev.waxwing.proto.storage.SendOutcome;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the rows of messages that the server has answered for. Whoever waits for a message is told first: its row goes
 * a moment later, with those of other messages, since a commit costs far more than a row. A process that is killed in
 * that moment sends the message once more under its id, as if it had been killed before the answer. What cannot be
 * removed is removed later.
 */
final class AcknowledgedRows {

    private static final Logger LOG = LoggerFactory.getLogger(AcknowledgedRows.class);

    private static final String TELLING = "telling";
    private static final String REMOVAL = "removal";
    private static final int MOST_TOGETHER = 64;
    private static final Duration DELAY = Duration.ofMillis(20);

    private final AccountStore store;
    private final Executor executor;
    private final LoopTimer timer;
    private final Consumer<List<Acknowledged>> ended;
    private final Consumer<List<Acknowledged>> removed;
    private final KeyedLanes lanes;
    private final KeyedLanes.Work<Acknowledged> telling =
            KeyedLanes.Work.blocking(MOST_TOGETHER, this::tell, (done, failure) -> tell(List.of(done)));
    private final KeyedLanes.Work<Acknowledged> removal = KeyedLanes.Work.blocking(
            MOST_TOGETHER, this::removeTogether, (done, failure) -> afterRemoval(List.of(done), failure));

    /** Whose rows are to be removed. Guarded by itself. */
    private final List<Acknowledged> waiting = new ArrayList<>();

    /** Whose rows could not be removed yet, by row. */
    private final Map<String, Acknowledged> left = new ConcurrentHashMap<>();

    /**
     * A message that the server has answered for.
     *
     * @param entry the message
     * @param error why the server refused it, 0 if it took it
     * @param time when it answered, by its own clock
     */
    record Acknowledged(PendingMessage entry, int error, Instant time) {}

    /**
     * @param executor runs what writes the store
     * @param timer delays the removal
     * @param mostMessages how many messages the outbox may hold
     * @param ended told of messages as the server has answered for them; on the executor
     * @param removed told of messages as their rows are gone; on the executor
     */
    AcknowledgedRows(
            AccountStore store,
            Executor executor,
            LoopTimer timer,
            int mostMessages,
            Consumer<List<Acknowledged>> ended,
            Consumer<List<Acknowledged>> removed) {
        this.store = requireNonNull(store, "store");
        this.executor = requireNonNull(executor, "executor");
        this.timer = requireNonNull(timer, "timer");
        this.removed = requireNonNull(removed, "removed");
        this.ended = requireNonNull(ended, "ended");
        // Told once and removed once, and removed once more if that failed.
        int most = (int) Math.min(Integer.MAX_VALUE, 3L * mostMessages);
        lanes = new KeyedLanes(executor, most, most);
    }

    /** Tells of a message, and then removes its row soon. Does not block. */
    void remove(Acknowledged done) {
        lanes.submit(TELLING, done, telling);
    }

    private void tell(List<Acknowledged> all) {
        ended.accept(all);
        boolean isFirst;
        boolean areEnough;
        synchronized (waiting) {
            isFirst = waiting.isEmpty();
            waiting.addAll(all);
            areEnough = waiting.size() >= MOST_TOGETHER;
        }
        if (areEnough) {
            removeWaiting();
        } else if (isFirst) {
            removeAfterDelay();
        }
    }

    /**
     * Removes what waits for that, and what could not be removed before. Does not block.
     *
     * @return completes, and never in failure, when that was tried for all that was acknowledged before
     */
    CompletableFuture<Void> close() {
        return lanes.submitStage(TELLING, () -> {
                    removeWaiting();
                    removeLeft();
                    return lanes.submitStage(REMOVAL, () -> CompletableFuture.<Void>completedFuture(null));
                })
                .exceptionally(refused -> null);
    }

    private void removeWaiting() {
        List<Acknowledged> all;
        synchronized (waiting) {
            all = List.copyOf(waiting);
            waiting.clear();
        }
        all.forEach(done -> lanes.submit(REMOVAL, done, removal));
    }

    /** Tries those again that could not be removed. Does not block. */
    void removeLeft() {
        left.values().forEach(done -> lanes.submit(REMOVAL, done, removal));
    }

    private void removeAfterDelay() {
        try {
            timer.after(DELAY, executor, this::removeWaiting);
        } catch (RejectedExecutionException e) {
            // The account has ended, and what is left is removed as it does.
            LOG.debug("No timer for the removal of rows", e);
        }
    }

    private void removeTogether(List<Acknowledged> all) {
        RuntimeException failure = null;
        try {
            store.transact(tx -> {
                all.forEach(done -> remove(tx, done));
                return true;
            });
        } catch (RuntimeException e) {
            failure = e;
        }
        afterRemoval(all, failure);
    }

    private static void remove(StoreTransaction transaction, Acknowledged done) {
        transaction.delete(StoreTable.OUTBOX, done.entry().row());
        if (done.entry().message().idChosen() || done.error() != 0) {
            SendOutcome.Builder outcome = SendOutcome.newBuilder();
            SentMessages.putOutcome(
                    transaction,
                    done.entry().id(),
                    done.error() == 0
                            ? outcome.setAcknowledgedAtSeconds(done.time().getEpochSecond())
                                    .build()
                            : outcome.setRefusedWith(done.error()).build());
        }
    }

    /**
     * @param failure why the rows are still there; null if they are gone
     */
    private void afterRemoval(List<Acknowledged> all, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.warn("Could not remove {} messages from the outbox; they are removed later", all.size(), failure);
            all.forEach(done -> left.put(done.entry().row(), done));
            return;
        }
        if (!left.isEmpty()) {
            all.forEach(done -> left.remove(done.entry().row()));
        }
        removed.accept(all);
    }
}
