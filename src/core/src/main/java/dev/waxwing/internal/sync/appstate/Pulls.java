package dev.waxwing.internal.sync.appstate;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.sync.appstate.CollectionRequests.Asked;
import dev.waxwing.internal.sync.syncd.CollectionRows;
import dev.waxwing.internal.sync.syncd.CollectionState;
import dev.waxwing.internal.sync.syncd.MissingKeyException;
import dev.waxwing.internal.sync.syncd.StateAction;
import dev.waxwing.internal.sync.syncd.StateCollection;
import dev.waxwing.internal.sync.syncd.StateKeys;
import dev.waxwing.internal.sync.syncd.StateUpdate;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTransaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads collections up to where the server is. Page by page, each in one transaction: what is wrong in a page leaves
 * what is stored as it was, and the collection is read again from its beginning, a bounded number of times. Used from
 * the lane of the application state only.
 */
final class Pulls {

    /** Each brings some hundred patches; an account that was away for a year has a few. */
    static final int MOST_PAGES = 500;

    /** One from where the collection is, two from its beginning. */
    static final int MOST_ATTEMPTS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Pulls.class);

    private final AccountStore store;
    private final CollectionRequests requests;
    private final ExternalBlobs blobs;
    private final PendingChanges pending;
    private final MissingKeys missing;
    private final StateListener listener;
    private final Executor executor;

    Pulls(
            AccountStore store,
            CollectionRequests requests,
            ExternalBlobs blobs,
            PendingChanges pending,
            MissingKeys missing,
            StateListener listener,
            Executor executor) {
        this.store = store;
        this.requests = requests;
        this.blobs = blobs;
        this.pending = pending;
        this.missing = missing;
        this.listener = listener;
        this.executor = executor;
    }

    /** One run over some collections. Used by one thread after the other. */
    private static final class Run {

        private final Set<StateCollection> left;
        private final Set<StateCollection> fromScratch = EnumSet.noneOf(StateCollection.class);
        private final Set<StateCollection> begun = EnumSet.noneOf(StateCollection.class);
        private final Map<StateCollection, Integer> attempts = new EnumMap<>(StateCollection.class);
        private final Map<StateCollection, Map<List<String>, StateAction>> untold =
                new EnumMap<>(StateCollection.class);
        private final Map<StateCollection, RuntimeException> failures = new EnumMap<>(StateCollection.class);
        private int pages;

        Run(Collection<StateCollection> wanted, boolean fromScratch) {
            left = EnumSet.noneOf(StateCollection.class);
            left.addAll(wanted);
            if (fromScratch) {
                this.fromScratch.addAll(wanted);
            }
        }

        void fail(StateCollection collection, RuntimeException reason) {
            left.remove(collection);
            failures.put(collection, reason);
        }
    }

    /**
     * Reads collections.
     *
     * @param fromScratch whether from their beginning
     * @return what could not be read, and why; fails if the server could not be asked
     */
    CompletableFuture<Map<StateCollection, RuntimeException>> pull(
            Collection<StateCollection> wanted, boolean fromScratch) {
        Run run = new Run(wanted, fromScratch);
        return page(run).thenApply(done -> run.failures);
    }

    private CompletableFuture<Void> page(Run run) {
        if (run.pages++ >= MOST_PAGES) {
            List.copyOf(run.left)
                    .forEach(collection -> run.fail(
                            collection,
                            new ProtocolViolationException(collection + " has more than " + MOST_PAGES + " pages")));
        }
        if (run.left.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        List<Asked> asked = store.transact(tx -> asked(run, tx));
        return requests.read(asked)
                .thenComposeAsync(answer -> takeAll(run, asked, answer), executor)
                .thenComposeAsync(done -> page(run), executor);
    }

    private static List<Asked> asked(Run run, StoreTransaction tx) {
        List<Asked> asked = new ArrayList<>();
        for (StateCollection collection : run.left) {
            CollectionState state = new CollectionRows(collection, tx).state();
            boolean fromScratch =
                    !run.begun.contains(collection) && (state.isNew() || run.fromScratch.contains(collection));
            asked.add(new Asked(collection, fromScratch ? 0 : state.version(), fromScratch));
        }
        return asked;
    }

    private CompletableFuture<Void> takeAll(Run run, List<Asked> asked, Node answer) {
        CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
        for (Asked one : asked) {
            all = all.thenComposeAsync(done -> take(run, one, answer), executor);
        }
        return all;
    }

    private CompletableFuture<Void> take(Run run, Asked one, Node iq) {
        StateCollection collection = one.collection();
        CollectionAnswer answer;
        try {
            answer = CollectionAnswer.in(iq, collection);
        } catch (ProtocolViolationException e) {
            // Asked once more it would say the same.
            run.fail(collection, e);
            return CompletableFuture.completedFuture(null);
        }
        if (answer.error() != 0) {
            run.fail(collection, answer.refusal());
            return CompletableFuture.completedFuture(null);
        }
        return answer.resolve(blobs)
                .thenAcceptAsync(update -> apply(run, one, answer, update), executor)
                .handle((done, failure) -> {
                    if (failure != null) {
                        failed(run, one, Failures.unwrap(failure));
                    }
                    return null;
                });
    }

    private void apply(Run run, Asked one, CollectionAnswer answer, StateUpdate update) {
        StateCollection collection = one.collection();
        StateUpdate.Applied applied = apply(collection, update, one.fromScratch(), !answer.hasMore());
        boolean untold = one.fromScratch() || run.untold.containsKey(collection);
        run.begun.add(collection);
        if (untold) {
            Map<List<String>, StateAction> all =
                    run.untold.computeIfAbsent(collection, unused -> new LinkedHashMap<>());
            applied.actions().forEach(action -> {
                all.remove(action.index());
                all.put(action.index(), action);
            });
        } else {
            listener.applied(collection, applied.actions(), false);
        }
        if (!answer.hasMore()) {
            run.left.remove(collection);
            if (untold) {
                tell(collection, Objects.requireNonNull(run.untold.remove(collection)));
            }
        } else if (applied.state().version() <= one.version()) {
            throw new ProtocolViolationException("the server has more of " + collection + " and does not send it");
        }
    }

    private void tell(StateCollection collection, Map<List<String>, StateAction> all) {
        listener.applied(collection, List.copyOf(all.values()), true);
    }

    /**
     * Writes what a server sent, in one transaction.
     *
     * @return what it has done
     */
    StateUpdate.Applied apply(StateCollection collection, StateUpdate update, boolean fromScratch, boolean finished) {
        List<String> taken = new ArrayList<>();
        StateUpdate.Applied applied = store.transact(tx -> {
            taken.clear();
            StateKeys keys = new StateKeys(id -> AppStateKeys.find(id, tx)
                    .map(key -> key.getKeyData().getKeyData().toByteArray()));
            StateUpdate.Applied now = update.apply(new CollectionRows(collection, tx), keys, fromScratch, finished);
            taken.addAll(pending.takeBack(collection, now, tx));
            return now;
        });
        pending.done(taken);
        LOG.debug("{} is at version {}", collection, applied.state().version());
        return applied;
    }

    private void failed(Run run, Asked one, Throwable failure) {
        StateCollection collection = one.collection();
        if (failure instanceof MissingKeyException keys) {
            LOG.info(
                    "{} waits for {} keys of the phone",
                    collection,
                    keys.keyIds().size());
            run.fail(collection, keys);
            missing.note(keys.keyIds());
        } else if (failure instanceof ProtocolViolationException violation) {
            int attempts = run.attempts.merge(collection, 1, Integer::sum);
            if (attempts >= MOST_ATTEMPTS) {
                LOG.error("{} could not be read in {} attempts; it stays as it was", collection, attempts, violation);
                run.fail(collection, violation);
                return;
            }
            LOG.warn("{} is read again from its beginning", collection, violation);
            run.begun.remove(collection);
            run.untold.remove(collection);
            run.fromScratch.add(collection);
        } else {
            run.fail(
                    collection,
                    failure instanceof WaxwingException known
                            ? known
                            : new IllegalStateException("could not read " + collection, failure));
        }
    }
}
