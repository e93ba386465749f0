package dev.waxwing.internal.sync.appstate;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.sync.appstate.CollectionAnswer.ServerCodes;
import dev.waxwing.internal.sync.appstate.PendingChanges.Change;
import dev.waxwing.internal.sync.syncd.CollectionRows;
import dev.waxwing.internal.sync.syncd.OutgoingPatch;
import dev.waxwing.internal.sync.syncd.StateAction;
import dev.waxwing.internal.sync.syncd.StateCollection;
import dev.waxwing.internal.sync.syncd.StateUpdate;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.proto.e2e.AppStateSyncKey;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTransaction;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what waits. A patch goes on from where the collection is; if another device was faster, its patches are taken
 * and what waits is put on top of them, a bounded number of times. Used from the lane of the application state only.
 */
final class Pushes {

    /** Each conflict needs another device that changes the same collection within the time of a request. */
    static final int MOST_CONFLICTS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Pushes.class);

    private final AccountStore store;
    private final CollectionRequests requests;
    private final ExternalBlobs blobs;
    private final PendingChanges pending;
    private final Pulls pulls;
    private final StateListener listener;
    private final Executor executor;

    /** What is on its way. */
    private record Sent(
            StateCollection collection, List<Change> changes, List<StateAction> actions, OutgoingPatch patch) {

        List<String> rows() {
            return changes.stream().map(Change::row).toList();
        }
    }

    Pushes(
            AccountStore store,
            CollectionRequests requests,
            ExternalBlobs blobs,
            PendingChanges pending,
            Pulls pulls,
            StateListener listener,
            Executor executor) {
        this.store = store;
        this.requests = requests;
        this.blobs = blobs;
        this.pending = pending;
        this.pulls = pulls;
        this.listener = listener;
        this.executor = executor;
    }

    /**
     * Sends all that waits for a collection.
     *
     * @return completes when nothing is left to do now; fails if the server could not be asked
     */
    CompletableFuture<Void> push(StateCollection collection) {
        boolean isReadFirst = store.transact(tx -> !pending.next(collection, tx).isEmpty()
                && AppStateKeys.newest(tx).isPresent()
                && new CollectionRows(collection, tx).state().isNew());
        return isReadFirst
                ? pull(collection, false).thenComposeAsync(done -> push(collection, 0), executor)
                : push(collection, 0);
    }

    private CompletableFuture<Void> push(StateCollection collection, int conflicts) {
        if (conflicts > MOST_CONFLICTS) {
            LOG.warn("Changes of {} met {} conflicts; they go out with the next change", collection, conflicts);
            return CompletableFuture.completedFuture(null);
        }
        Sent sent = store.transact(tx -> next(collection, tx)).orElse(null);
        if (sent == null) {
            return CompletableFuture.completedFuture(null);
        }
        return requests.write(collection, sent.patch())
                .handleAsync((answer, failure) -> answered(sent, answer, failure, conflicts), executor)
                .thenCompose(next -> next);
    }

    /** Nothing while the phone has shared no key: it goes out when it has. */
    private Optional<Sent> next(StateCollection collection, StoreTransaction tx) {
        List<Change> changes = pending.next(collection, tx);
        AppStateSyncKey key = AppStateKeys.newest(tx).orElse(null);
        if (changes.isEmpty() || key == null) {
            return Optional.empty();
        }
        CollectionRows rows = new CollectionRows(collection, tx);
        List<StateAction> actions = PendingChanges.lastOfEach(changes);
        OutgoingPatch patch = OutgoingPatch.of(
                collection,
                rows,
                actions,
                key.getKeyID().getKeyID().toByteArray(),
                key.getKeyData().getKeyData().toByteArray());
        return Optional.of(new Sent(collection, changes, actions, patch));
    }

    private CompletableFuture<Void> answered(Sent sent, @Nullable Node iq, @Nullable Throwable failure, int conflicts) {
        StateCollection collection = sent.collection();
        CollectionAnswer answer = iq == null ? null : CollectionAnswer.in(iq, collection);
        if (answer != null && answer.error() == 0) {
            committed(sent);
            return push(collection, conflicts);
        }
        Throwable reason =
                answer == null ? Failures.unwrap(Objects.requireNonNull(failure, "failure")) : answer.refusal();
        int code = reason instanceof ServerRefusedException refusal ? refusal.code() : 0;
        if (code == ServerCodes.CONFLICT) {
            LOG.debug("Another device was faster with {}", collection);
            return rebase(sent, answer).thenComposeAsync(done -> push(collection, conflicts + 1), executor);
        }
        if (!ServerCodes.isFinal(code)) {
            return CompletableFuture.failedFuture(reason);
        }
        LOG.warn("The server does not take a change of {}: {}", collection, code);
        store.transact(tx -> {
            pending.delete(sent.rows(), tx);
            return true;
        });
        pending.failed(sent.rows(), (ServerRefusedException) reason);
        return push(collection, conflicts);
    }

    /** The version is the next one: that is what the server has compared. */
    private void committed(Sent sent) {
        boolean done = store.transact(tx -> {
            pending.delete(sent.rows(), tx);
            return sent.patch().commit(new CollectionRows(sent.collection(), tx));
        });
        if (!done) {
            throw new IllegalStateException(sent.collection() + " changed while a patch was on its way");
        }
        listener.applied(sent.collection(), sent.actions(), false);
        pending.done(sent.rows());
    }

    /** Takes what the refusal brings, or asks for it. If there is nothing new, the two do not mean the same version. */
    private CompletableFuture<Void> rebase(Sent sent, @Nullable CollectionAnswer answer) {
        StateCollection collection = sent.collection();
        CompletableFuture<Void> read = answer == null || !answer.brings() || answer.hasMore()
                ? pull(collection, false)
                : answer.resolve(blobs)
                        .thenApplyAsync(update -> applied(collection, update), executor)
                        .exceptionallyComposeAsync(
                                failure -> {
                                    LOG.debug("What came with a conflict in {} cannot be taken", collection, failure);
                                    return pull(collection, false);
                                },
                                executor);
        return read.thenComposeAsync(
                done -> version(collection) == sent.patch().base()
                        ? pull(collection, true)
                        : CompletableFuture.completedFuture(null),
                executor);
    }

    private long version(StateCollection collection) {
        return store.transact(tx -> new CollectionRows(collection, tx).state().version());
    }

    private @Nullable Void applied(StateCollection collection, StateUpdate update) {
        listener.applied(
                collection, pulls.apply(collection, update, false, true).actions(), false);
        return null;
    }

    private CompletableFuture<Void> pull(StateCollection collection, boolean fromScratch) {
        return pulls.pull(List.of(collection), fromScratch).thenApply(failures -> {
            RuntimeException failure = failures.get(collection);
            if (failure != null) {
                throw failure instanceof ProtocolViolationException ? failure : new StoppedException(failure);
            }
            return null;
        });
    }

    /** The collection cannot be read for now, so nothing can be put on top of it. */
    static final class StoppedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        StoppedException(RuntimeException cause) {
            super(cause.getMessage(), cause, false, false);
        }
    }
}
