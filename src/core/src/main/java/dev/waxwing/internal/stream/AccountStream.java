package dev.waxwing.internal.stream;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.DisconnectReason.Reaction;
import dev.waxwing.internal.stream.link.ClientProfile;
import dev.waxwing.internal.stream.link.KnownServer;
import dev.waxwing.internal.stream.link.LinkConnector;
import dev.waxwing.internal.stream.link.NoiseLinkConnector;
import dev.waxwing.internal.stream.link.QueueingConnector;
import dev.waxwing.internal.stream.link.StanzaLink;
import dev.waxwing.internal.stream.link.StreamIdentity;
import dev.waxwing.internal.stream.routing.Routes;
import dev.waxwing.internal.stream.routing.StanzaRouter;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.Cancellable;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.internal.threads.LoopTimer;
import dev.waxwing.model.ClientVersion;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream of one account across its connections: connects, and connects again as the reason of each end demands,
 * until it is closed or the server ends it for good. Never two connections at a time.
 *
 * <p>Register handlers, hooks and listeners first, then {@link #start()}. Methods may be called on any thread; the
 * state belongs to the event loop.
 */
public final class AccountStream implements StanzaStream {

    private static final Logger LOG = LoggerFactory.getLogger(AccountStream.class);
    private static final Duration LOOKUP_TIMEOUT = Duration.ofSeconds(20);

    private final StreamConfig config;
    private final LoopTimer timer;
    private final Executor executor;
    private final LinkConnector connector;
    private final Supplier<? extends StreamIdentity> identities;
    private final Supplier<byte @Nullable []> routing;
    private final Routes routes = new Routes();
    private final List<LoginHook> hooks = new CopyOnWriteArrayList<>();
    private final StreamListeners listeners = new StreamListeners();
    private final StanzaIds ids = new StanzaIds();
    private final ServerClock clock;
    private final Reconnects reconnects;
    private final CompletableFuture<DisconnectReason> closed = new CompletableFuture<>();

    private volatile StreamState state = new StreamState.Connecting(1);
    private volatile @Nullable StreamConnection connection;
    private volatile @Nullable DisconnectReason stopping;

    private ClientProfile profile;
    private @Nullable StreamIdentity identity;
    private @Nullable CompletableFuture<StanzaLink> connecting;
    private @Nullable Cancellable retry;
    private boolean started;
    private boolean versionLookedUp;
    private int attempt;
    private long establishedAt;
    private boolean established;

    /**
     * Creates the stream without connecting.
     *
     * @param config how it behaves
     * @param threads the account's threads; stay the caller's to close, after this
     * @param identity asked on the account's executor before each connection: who connects
     * @param routingInfo asked likewise: the routing blob stored last, null for none
     * @param server the server met last, with which a linked device resumes
     */
    public AccountStream(
            StreamConfig config,
            AccountThreads threads,
            Supplier<? extends StreamIdentity> identity,
            Supplier<byte @Nullable []> routingInfo,
            KnownServer server) {
        this(
                config,
                threads.timer(),
                threads.executor(),
                new QueueingConnector(
                        new NoiseLinkConnector(config.link(), threads, server), threads.connecting(), threads.timer()),
                identity,
                routingInfo);
    }

    AccountStream(
            StreamConfig config,
            LoopTimer timer,
            Executor executor,
            LinkConnector connector,
            Supplier<? extends StreamIdentity> identity,
            Supplier<byte @Nullable []> routingInfo) {
        this.config = config;
        this.timer = timer;
        this.executor = executor;
        this.connector = connector;
        this.identities = Objects.requireNonNull(identity, "identity");
        this.routing = Objects.requireNonNull(routingInfo, "routingInfo");
        this.clock = new ServerClock(timer);
        this.reconnects = new Reconnects(config.backoff(), config.random());
        this.profile = config.profile();
    }

    /**
     * Where areas register for stanzas.
     *
     * @return the router of all connections
     */
    public StanzaRouter router() {
        return routes;
    }

    /**
     * Adds what runs at every login; see {@link LoginHook}.
     *
     * @param hook the hook
     */
    public void onLogin(LoginHook hook) {
        hooks.add(Objects.requireNonNull(hook, "hook"));
    }

    /**
     * Adds a listener.
     *
     * @param listener the listener
     */
    public void addListener(StreamListener listener) {
        listeners.add(listener);
    }

    /**
     * Where the stream stands now; listeners are told of each change.
     *
     * @return the state
     */
    public StreamState state() {
        return state;
    }

    /**
     * Connects, and keeps connected from here on. Does nothing if called again.
     */
    public void start() {
        run(() -> {
            if (!started && stopping == null) {
                started = true;
                connect();
            }
        });
    }

    /** Connects at once if the stream is waiting to: for when the network is known to be back. */
    public void reconnectNow() {
        run(() -> {
            if (retry != null) {
                retry.cancel();
                connect();
            }
        });
    }

    /**
     * Ends the present connection in order, if there is one, and connects anew at once: for when the server should have
     * asked for that and did not.
     *
     * @param why what calls under way fail with
     */
    public void renewConnection(ConnectionLostException why) {
        run(() -> {
            StreamConnection open = connection;
            if (open != null) {
                open.end(new DisconnectReason(Reaction.RECONNECT_NOW, 0, why, null));
            }
        });
    }

    /**
     * Ends the stream in order and for good; calls under way and later ones fail with {@link SocketClosedException}.
     * Later calls do nothing more.
     *
     * @return completes when the connection is closed, with the reason the stream ended for; never fails
     */
    public CompletableFuture<DisconnectReason> close() {
        return stop(new SocketClosedException("the socket was closed by the application"));
    }

    /**
     * Ends the stream for a reason found by a room above, for example pairing that failed.
     *
     * @param reason what calls under way fail with and the last state tells
     * @return as {@link #close()}
     */
    public CompletableFuture<DisconnectReason> stop(WaxwingException reason) {
        DisconnectReason end = new DisconnectReason(Reaction.STOP, 0, reason, null);
        if (!timer.run(() -> stopOnLoop(end))) {
            // The event loop went first, and with it every connection.
            closed.complete(end);
        }
        return closed.copy();
    }

    /**
     * Completes when the stream has ended for good.
     *
     * @return the reason; never fails
     */
    public CompletableFuture<DisconnectReason> closed() {
        return closed.copy();
    }

    private void stopOnLoop(DisconnectReason reason) {
        if (stopping != null) {
            return;
        }
        stopping = reason;
        if (retry != null) {
            retry.cancel();
        }
        StreamConnection open = connection;
        CompletableFuture<StanzaLink> attemptUnderWay = connecting;
        if (open != null) {
            open.end(reason);
        } else if (attemptUnderWay != null) {
            attemptUnderWay.cancel(true);
        } else {
            finish(reason);
        }
    }

    private void finish(DisconnectReason reason) {
        stopping = reason;
        if (!closed.isDone()) {
            setState(new StreamState.Closed(reason));
            closed.complete(reason);
        }
    }

    private void connect() {
        retry = null;
        attempt++;
        established = false;
        setState(new StreamState.Connecting(attempt));
        // The store may be asked, which may block.
        CompletableFuture<Start> ready = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                try {
                    ready.complete(new Start(identities.get(), routing.get()));
                } catch (RuntimeException e) {
                    ready.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            ready.completeExceptionally(new SocketClosedException("the account's executor takes no more work", e));
        }
        ready.whenComplete((start, failure) -> timer.run(() -> {
            if (stopping != null) {
                return;
            }
            if (failure != null) {
                onEnded(Disconnects.of(typed(failure)));
            } else {
                connect(start);
            }
        }));
    }

    /** What a connection starts with. */
    private record Start(StreamIdentity identity, byte @Nullable [] routingInfo) {}

    private void connect(Start start) {
        identity = start.identity();
        StreamConnection next =
                new StreamConnection(config, timer, ids, clock, routes, hooks, start.identity(), new Owner());
        CompletableFuture<StanzaLink> attemptUnderWay;
        try {
            attemptUnderWay = connector.connect(start.identity(), profile, start.routingInfo(), next);
        } catch (RuntimeException e) {
            attemptUnderWay = CompletableFuture.failedFuture(e);
        }
        connecting = attemptUnderWay;
        attemptUnderWay.whenComplete((link, failure) -> timer.run(() -> {
            connecting = null;
            DisconnectReason stop = stopping;
            if (failure != null) {
                onEnded(Disconnects.of(typed(failure)));
            } else {
                connection = next;
                next.attach(link);
                if (stop != null) {
                    next.end(stop);
                }
            }
        }));
    }

    private void onEnded(DisconnectReason reason) {
        connection = null;
        DisconnectReason stop = stopping;
        if (stop != null) {
            finish(stop);
        } else if (reason.reaction() == Reaction.STOP) {
            finish(reason);
        } else if (reason.reaction() == Reaction.UPDATE_VERSION) {
            updateVersion(reason);
        } else {
            LOG.info("connection ended: {}", reason);
            waitToReconnect(reason);
        }
    }

    private void waitToReconnect(DisconnectReason reason) {
        Duration lasted = established ? Duration.ofNanos(timer.nanoTime() - establishedAt) : Duration.ZERO;
        if (!(identity instanceof StreamIdentity.Registration) || !established) {
            reconnectAfter(reason, reconnects.delay(reason.reaction(), lasted, false));
            return;
        }
        // A connection that paired may break before the server says "restart": the next one is a first login all the
        // same.
        CompletableFuture<Boolean> linked = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                try {
                    linked.complete(identities.get() instanceof StreamIdentity.Login);
                } catch (RuntimeException e) {
                    linked.complete(false);
                }
            });
        } catch (RejectedExecutionException e) {
            linked.complete(false);
        }
        linked.whenComplete((now, failure) -> timer.run(() -> {
            if (stopping == null) {
                reconnectAfter(reason, reconnects.delay(reason.reaction(), lasted, now));
            }
        }));
    }

    private void reconnectAfter(DisconnectReason reason, Duration delay) {
        setState(new StreamState.Waiting(reason, delay));
        if (stopping == null) {
            retry = timer.after(delay, this::connect);
        }
    }

    private void updateVersion(DisconnectReason refused) {
        Supplier<? extends CompletionStage<ClientVersion>> lookup =
                config.versionLookup().orElse(null);
        if (lookup == null || versionLookedUp) {
            finish(refused.stopping());
            return;
        }
        versionLookedUp = true;
        CompletableFuture<ClientVersion> found = new CompletableFuture<>();
        Cancellable expiry = timer.after(
                LOOKUP_TIMEOUT,
                () -> found.completeExceptionally(new RequestTimeoutException("no version within " + LOOKUP_TIMEOUT)));
        found.whenComplete((version, failure) -> timer.run(() -> {
            expiry.cancel();
            if (stopping != null) {
                return;
            }
            if (version == null || version.equals(profile.version())) {
                LOG.warn("no newer client version known", failure);
                finish(refused.stopping());
            } else {
                profile = profile.withVersion(version);
                waitToReconnect(refused);
            }
        }));
        try {
            lookup.get().whenComplete((version, failure) -> {
                if (failure == null) {
                    found.complete(version);
                } else {
                    found.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException e) {
            found.completeExceptionally(e);
        }
    }

    private void setState(StreamState next) {
        state = next;
        listeners.stateChanged(next);
    }

    private static WaxwingException typed(Throwable failure) {
        Throwable cause = Failures.unwrap(failure);
        return cause instanceof WaxwingException known
                ? known
                : new ConnectionLostException(
                        "could not connect: " + cause.getClass().getSimpleName(), cause);
    }

    private void run(Runnable task) {
        if (!timer.run(task)) {
            LOG.debug("the event loop is shut down");
        }
    }

    private WaxwingException unavailable() {
        DisconnectReason stop = stopping;
        return stop == null ? new ConnectionLostException("not connected") : stop.error();
    }

    @Override
    public CompletableFuture<Void> send(Node stanza) {
        StreamConnection open = connection;
        return open == null ? CompletableFuture.failedFuture(unavailable()) : open.send(stanza);
    }

    @Override
    public CompletableFuture<Node> request(Node iq) {
        return request(iq, config.requestTimeout());
    }

    @Override
    public CompletableFuture<Node> request(Node iq, Duration timeout) {
        StreamConnection open = connection;
        return open == null ? CompletableFuture.failedFuture(unavailable()) : open.request(iq, timeout);
    }

    @Override
    public CompletableFuture<Node> sendAwaitingAck(Node stanza, Duration patience) {
        StreamConnection open = connection;
        return open == null ? CompletableFuture.failedFuture(unavailable()) : open.sendAwaitingAck(stanza, patience);
    }

    @Override
    public String nextId() {
        return ids.next();
    }

    @Override
    public long serverTimeMillis() {
        return clock.millis();
    }

    /** What the present connection tells; there is only ever one. */
    private final class Owner implements StreamConnection.Owner {

        @Override
        public void onPairing() {
            establish();
            setState(new StreamState.Pairing());
        }

        @Override
        public void onLoggedIn(Node success) {
            establish();
            versionLookedUp = false;
            listeners.loggedIn(success);
            setState(new StreamState.LoggedIn());
        }

        @Override
        public void onOpen() {
            attempt = 0;
            setState(new StreamState.Open());
        }

        @Override
        public StreamListener listener() {
            return listeners;
        }

        @Override
        public void onEnded(DisconnectReason reason) {
            AccountStream.this.onEnded(reason);
        }

        private void establish() {
            established = true;
            establishedAt = timer.nanoTime();
        }
    }
}
