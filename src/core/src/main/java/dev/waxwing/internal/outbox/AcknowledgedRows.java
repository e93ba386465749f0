package dev.waxwing.internal.outbox;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.threads.KeyedLanes;
import dev.waxwing.proto.storage.SendOutcome;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the rows of messages that the server has answered for: those that were answered close together in one
 * transaction, since a commit costs far more than a row. What cannot be removed is removed later.
 */
final class AcknowledgedRows {

    private static final Logger LOG = LoggerFactory.getLogger(AcknowledgedRows.class);

    private static final String LANE = "removal";
    private static final int MOST_TOGETHER = 64;

    private final AccountStore store;
    private final Consumer<List<Acknowledged>> ended;
    private final KeyedLanes lanes;
    private final KeyedLanes.Work<Acknowledged> removal = KeyedLanes.Work.blocking(
            MOST_TOGETHER, this::removeTogether, (done, failure) -> removed(List.of(done), failure));

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
     * @param mostMessages how many messages the outbox may hold
     * @param ended told of messages as their rows are gone, or could not be removed; on the executor
     */
    AcknowledgedRows(AccountStore store, Executor executor, int mostMessages, Consumer<List<Acknowledged>> ended) {
        this.store = requireNonNull(store, "store");
        this.ended = requireNonNull(ended, "ended");
        // Each message once, and once more if its row could not be removed before.
        int most = (int) Math.min(Integer.MAX_VALUE, 2L * mostMessages);
        lanes = new KeyedLanes(executor, most, most);
    }

    /** Removes a row soon. Does not block. */
    void remove(Acknowledged done) {
        lanes.submit(LANE, done, removal);
    }

    /** Tries those again that could not be removed. Does not block. */
    void removeLeft() {
        left.values().forEach(this::remove);
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
        removed(all, failure);
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
    private void removed(List<Acknowledged> all, @Nullable Throwable failure) {
        if (failure != null) {
            // Until the rows are gone the messages may go out once more; the server knows their ids.
            LOG.warn("Could not remove {} messages from the outbox; they are removed later", all.size(), failure);
            all.forEach(done -> left.put(done.entry().row(), done));
        } else if (!left.isEmpty()) {
            all.forEach(done -> left.remove(done.entry().row()));
        }
        ended.accept(all);
    }
}
