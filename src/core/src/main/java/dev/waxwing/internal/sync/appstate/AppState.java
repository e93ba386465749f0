package dev.waxwing.internal.sync.appstate;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.sync.syncd.CollectionRows;
import dev.waxwing.internal.sync.syncd.CollectionState;
import dev.waxwing.internal.sync.syncd.MissingKeyException;
import dev.waxwing.internal.sync.syncd.StateAction;
import dev.waxwing.internal.sync.syncd.StateCollection;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.proto.e2e.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application state of one account. All that reads or writes it goes through one lane, one after the other.
 *
 * <p>It is read after each login, and when the server says that another device changed it; the first time when the
 * phone has shared a key. What could not be read is read again with the next of these occasions, and a few times in
 * between.
 */
public final class AppState implements Area {

    private static final Logger LOG = LoggerFactory.getLogger(AppState.class);

    private static final String LANE = "app state";
    private static final List<StateCollection> ALL = List.of(StateCollection.values());

    /** Doubled each time. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

    private static final int MOST_RETRIES = 5;

    private final AreaContext context;
    private final PendingChanges pending = new PendingChanges();
    private final MissingKeys missing;
    private final CollectionRequests requests;
    private final Pulls pulls;
    private final Pushes pushes;
    private final KeyShares shares = new KeyShares(this::keysShared);
    private final List<StateListener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicInteger retries = new AtomicInteger();

    /**
     * Creates the state of an account.
     *
     * @param context what areas are given
     * @param phone tells the own phone something; completes when the server has it
     * @param blobs downloads what is too large for a stanza
     */
    public AppState(AreaContext context, Function<Message, CompletableFuture<Void>> phone, ExternalBlobs blobs) {
        this.context = requireNonNull(context, "context");
        missing = new MissingKeys(context.store(), phone, context.threads(), context.clock());
        requests = new CollectionRequests(context.stream());
        StateListener all = (collection, actions, initial) ->
                listeners.forEach(listener -> tell(listener, collection, actions, initial));
        pulls = new Pulls(
                context.store(),
                requests,
                blobs,
                pending,
                missing,
                all,
                context.threads().executor());
        pushes = new Pushes(
                context.store(),
                requests,
                blobs,
                pending,
                pulls,
                all,
                context.threads().executor());
    }

    private static void tell(
            StateListener listener, StateCollection collection, List<StateAction> actions, boolean initial) {
        try {
            listener.applied(collection, actions, initial);
        } catch (RuntimeException e) {
            // It is stored, and the others hear of it all the same.
            LOG.error("What was done to {} could not be told", collection, e);
        }
    }

    /**
     * Adds somebody who hears what is done. Before the stream starts.
     *
     * @param listener called with everything
     */
    public void listen(StateListener listener) {
        listeners.add(requireNonNull(listener, "listener"));
    }

    @Override
    public void register(Registrations on) {
        shares.register(on);
        on.stanza("notification", "server_sync", null, this::changedElsewhere);
        on.stanza("ib", null, "dirty", this::dirty);
        on.table(CollectionRows.COLLECTIONS);
        on.table(CollectionRows.VALUES);
        on.table(PendingChanges.TABLE);
        on.table(MissingKeys.TABLE);
    }

    @Override
    public void opened() {
        retries.set(0);
        readAll();
    }

    @Override
    public CompletionStage<Void> ended(WaxwingException reason) {
        pending.end(reason);
        return CompletableFuture.completedFuture(null);
    }

    /**
     * Changes the state. The change is stored when this device's turn comes, and sent.
     *
     * @param collection where
     * @param actions what, in order, each index once; not empty
     * @return completes when the server has it
     */
    public CompletableFuture<Void> change(StateCollection collection, List<StateAction> actions) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        AtomicBoolean stored = new AtomicBoolean();
        inLane(() -> {
                    List<String> rows = context.store().transact(tx -> pending.add(collection, actions, tx));
                    stored.set(true);
                    pending.await(rows).whenComplete((done, failure) -> settle(result, failure));
                    return pushes.push(collection);
                })
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        return;
                    }
                    Throwable reason = Failures.unwrap(failure);
                    if (!stored.get() || !waits(List.of(collection), reason)) {
                        result.completeExceptionally(reason);
                    }
                });
        return result;
    }

    private static void settle(CompletableFuture<Void> result, @Nullable Throwable failure) {
        if (failure == null) {
            result.complete(null);
        } else {
            result.completeExceptionally(Failures.unwrap(failure));
        }
    }

    /**
     * Reads all of the state from its beginning.
     *
     * @return completes when it was read and told; fails with the first reason why a part of it was not
     */
    public CompletableFuture<Void> resync() {
        return inLane(() -> pulls.pull(ALL, true)).thenApply(failures -> {
            failures.values().stream().findFirst().ifPresent(failure -> {
                throw failure instanceof MissingKeyException
                        ? new IllegalStateException("the phone has not shared all keys yet; it was asked", failure)
                        : failure;
            });
            return null;
        });
    }

    /** In the transaction that keeps the keys: the lane's next one comes behind it. */
    private void keysShared() {
        LOG.debug("The phone has shared keys of the app state");
        retries.set(0);
        readAll();
    }

    private void readAll() {
        try {
            context.threads().executor().execute(() -> {
                if (hasKeys()) {
                    missing.ask();
                    readAndSend(ALL);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("The app state is not read any more: the socket closes");
        }
    }

    private boolean hasKeys() {
        return context.store().transact(tx -> AppStateKeys.newest(tx).isPresent());
    }

    /** Nobody waits for it: what went wrong is tried again later. */
    private void readAndSend(List<StateCollection> collections) {
        inLane(() -> pulls.pull(collections, false)
                        .thenComposeAsync(this::sendAll, context.threads().executor()))
                .whenComplete((failures, failure) -> {
                    if (failure != null) {
                        waits(collections, Failures.unwrap(failure));
                    } else {
                        failures.values().stream()
                                .filter(reason -> reason instanceof WaxwingException known && known.isRetryable())
                                .findFirst()
                                .ifPresent(reason -> waits(List.copyOf(failures.keySet()), reason));
                    }
                });
    }

    /** Nothing is put on top of what could not be read. */
    private CompletableFuture<Map<StateCollection, RuntimeException>> sendAll(
            Map<StateCollection, RuntimeException> failures) {
        List<StateCollection> waiting = context.store().transact(pending::collections);
        CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
        for (StateCollection collection : waiting) {
            if (!failures.containsKey(collection)) {
                all = all.thenComposeAsync(
                        done -> pushes.push(collection), context.threads().executor());
            }
        }
        return all.thenApply(done -> failures);
    }

    /**
     * What to do about a failure.
     *
     * @return whether what waits goes on waiting: for the next connection, or for some seconds
     */
    private boolean waits(List<StateCollection> collections, Throwable failure) {
        if (failure instanceof SocketClosedException) {
            return false;
        }
        if (failure instanceof ConnectionLostException) {
            LOG.debug("The app state waits for the next connection");
            return true;
        }
        if (failure instanceof Pushes.StoppedException
                || (failure instanceof WaxwingException known && known.isRetryable())) {
            retryLater(collections, failure);
            return true;
        }
        LOG.warn("The app state could not be read or written", failure);
        return false;
    }

    private void retryLater(List<StateCollection> collections, Throwable failure) {
        int retry = retries.incrementAndGet();
        if (retry > MOST_RETRIES) {
            LOG.warn("The app state waits for the next login, or for news of another device", failure);
            return;
        }
        Duration pause = FIRST_PAUSE.multipliedBy(1L << (retry - 1));
        LOG.debug("The app state is read again in {}", pause, failure);
        try {
            context.threads().after(pause, () -> readAndSend(collections));
        } catch (RejectedExecutionException e) {
            LOG.debug("The app state is not read any more: the socket closes");
        }
    }

    private CompletionStage<Acknowledgement> changedElsewhere(Node notification) {
        Map<StateCollection, Long> announced = new EnumMap<>(StateCollection.class);
        for (Node collection : notification.children("collection")) {
            StateCollection.named(Objects.requireNonNullElse(collection.attr("name"), ""))
                    .ifPresent(known -> announced.put(known, collection.longAttr("version", Long.MAX_VALUE)));
        }
        if (!announced.isEmpty()) {
            inLane(() -> CompletableFuture.completedFuture(behind(announced))).thenAccept(behind -> {
                if (!behind.isEmpty()) {
                    readAndSend(behind);
                }
            });
        }
        // Nothing is lost if it is not read now: it is after the next login.
        return CompletableFuture.completedFuture(Acknowledgement.ACK);
    }

    /** Those of which the server has more; nothing while there is no key to read them by. */
    private List<StateCollection> behind(Map<StateCollection, Long> announced) {
        return context.store().transact(tx -> {
            List<StateCollection> behind = new ArrayList<>();
            announced.forEach((collection, version) -> {
                CollectionState state = new CollectionRows(collection, tx).state();
                if (state.isNew() || state.version() < version) {
                    behind.add(collection);
                }
            });
            return AppStateKeys.newest(tx).isPresent() ? behind : List.of();
        });
    }

    private CompletionStage<Acknowledgement> dirty(Node stanza) {
        Node dirty = stanza.requireChild("dirty");
        String type = Objects.requireNonNullElse(dirty.attr("type"), "");
        String timestamp = Objects.requireNonNullElse(dirty.attr("timestamp"), "");
        if (type.equals("syncd_app_state")) {
            readAll();
        }
        if (type.equals("syncd_app_state") || type.equals("account_sync")) {
            requests.clean(type, timestamp).whenComplete((done, failure) -> {
                if (failure != null) {
                    LOG.debug("The server was not told that {} is read; it says so again", type, failure);
                }
            });
        }
        return CompletableFuture.completedFuture(Acknowledgement.NOTHING);
    }

    private <T> CompletableFuture<T> inLane(Supplier<CompletableFuture<T>> task) {
        return context.threads().work().submitStage(LANE, task);
    }
}
