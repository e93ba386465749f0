package dev.waxwing.internal.runtime;

import dev.waxwing.error.LoggedOutException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.event.ConnectionUpdate.PendingNotifications;
import dev.waxwing.event.ConnectionUpdate.State;
import dev.waxwing.event.CredsUpdate;
import dev.waxwing.event.EventBus;
import dev.waxwing.event.Events;
import dev.waxwing.event.StanzaRefused;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.area.RegisteredAreas;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.message.Messaging;
import dev.waxwing.internal.stream.AccountStream;
import dev.waxwing.internal.stream.DisconnectReason;
import dev.waxwing.internal.stream.StreamListener;
import dev.waxwing.internal.stream.StreamState;
import dev.waxwing.internal.stream.link.KnownServer;
import dev.waxwing.internal.stream.link.StreamIdentity;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.ThrottledLog;
import dev.waxwing.model.Jid;
import dev.waxwing.store.AccountStore;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one account, from its start to its end: starts the stream, tells the areas and the application what
 * becomes of it. Thread-safe.
 */
public final class AccountRuntime implements StreamListener {

    private static final Logger LOG = LoggerFactory.getLogger(AccountRuntime.class);
    private static final long CLOSE_SECONDS = 10;

    /**
     * Two sockets on one account would evict each other at the server and race for the ratchets. Compared by identity.
     */
    private static final Set<AccountStore> STORES_IN_USE =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    private final AccountStore store;
    private final AccountCredentials credentials;
    private final AccountThreads threads;
    private final EventDispatcher events;
    private final ConnectionEvents connection;
    private final KnownServer server;
    private final ThrottledLog refusals;
    private final AccountStream stream;
    private final Areas areas;
    private final RegisteredAreas registered;
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final CompletableFuture<WaxwingException> ended = new CompletableFuture<>();

    private AccountRuntime(AccountSettings settings) {
        store = settings.store().watched();
        // What may fail comes before the threads are taken, so that nothing is left behind.
        credentials = new AccountCredentials(settings.store(), settings.pushName());
        threads = settings.takeThreads();
        events = new EventDispatcher(threads.listeners(), threads.timer());
        connection = new ConnectionEvents(events);
        refusals = new ThrottledLog(LOG, threads.timer());
        Messaging.Trace trace = new Messaging.Trace(events, settings.tracePipeline(), threads.timer());
        server = new KnownServer(credentials.current().serverCertChain().orElse(null), this::serverChanged);
        stream = new AccountStream(settings.stream(trace.wire()), threads, this::identity, this::routingInfo, server);
        areas = new Areas(settings, credentials, stream, events, threads, trace, connection);
        registered =
                new RegisteredAreas(areas.all(), stream.router(), stream::onLogin, areas.received(), areas.codecs());
        credentials.onChange(this::credentialsChanged);
        stream.addListener(this);
        settings.store().onGone(stream::stop);
    }

    /**
     * Puts an account together; {@link #start} lets it connect.
     *
     * @param settings how it connects and behaves
     * @return the account, to be closed
     * @throws dev.waxwing.error.StoreFailedException if the store cannot be read or holds damaged credentials
     * @throws IllegalStateException if the store is in use by another account
     */
    public static AccountRuntime open(AccountSettings settings) {
        if (!STORES_IN_USE.add(settings.store().watched())) {
            throw new IllegalStateException("store is in use by another socket; close that one first");
        }
        try {
            return new AccountRuntime(settings);
        } catch (RuntimeException | Error e) {
            STORES_IN_USE.remove(settings.store().watched());
            throw e;
        }
    }

    /** Begins to connect. */
    public void start() {
        stream.start();
    }

    /**
     * The account's events.
     *
     * @return where to listen
     */
    public EventBus events() {
        return events;
    }

    /**
     * Sending, receiving and receipts.
     *
     * @return the messages of the account
     */
    public Messaging messaging() {
        return areas.messaging();
    }

    /**
     * The area that implements a public interface.
     *
     * @param type the interface
     * @param <F> the interface
     * @return the area
     * @throws IllegalStateException if there is none: a mistake in the list of areas
     */
    public <F> F facet(Class<F> type) {
        return areas.facet(type);
    }

    /**
     * What pools and batches ask of the account.
     *
     * @return the questions
     */
    public AccountSends sends() {
        return new AccountSends(this);
    }

    /**
     * Batches of this account alone.
     *
     * @return starts them
     */
    public AccountBatches batches() {
        return new AccountBatches(this);
    }

    /**
     * Asks for a pairing code.
     *
     * @param phoneNumber whose phone is to link this device
     * @param code the code, null for a random one
     * @return completes with the code; not for the application yet, see {@link #handOut}
     * @throws IllegalArgumentException if phone number or code cannot be taken
     * @throws IllegalStateException if this device is linked
     */
    public CompletableFuture<String> requestPairingCode(String phoneNumber, @Nullable String code) {
        return areas.linking().requestPairingCode(phoneNumber, code);
    }

    /**
     * Unlinks this device at the server.
     *
     * @return completes when the server has confirmed; not for the application yet, see {@link #handOut}
     */
    public CompletableFuture<Void> logout() {
        return areas.unlinking().logout();
    }

    /**
     * Who the account is now.
     *
     * @return its addresses and its name
     */
    public Self self() {
        return credentials.self();
    }

    AccountThreads threads() {
        return threads;
    }

    /**
     * The state of the connection now.
     *
     * @return the state that listeners were told last
     */
    public State state() {
        return connection.state();
    }

    /**
     * Every future that the application gets leaves through here.
     *
     * @param inner a future of the library
     * @param <T> what it answers
     * @return the application's
     */
    public <T> CompletableFuture<T> handOut(CompletableFuture<T> inner) {
        return threads.handOut(inner);
    }

    /**
     * Waits for the account to be ready to send.
     *
     * @return completes when it is open for the first time; fails with the reason if it closes before
     */
    public CompletableFuture<Void> whenOpen() {
        return opened.copy();
    }

    /**
     * Waits for the end.
     *
     * @return completes with the reason when the account has closed for good; never fails
     */
    public CompletableFuture<WaxwingException> whenClosed() {
        return ended.copy();
    }

    /** Connects at once if the account is waiting to reconnect. */
    public void reconnectNow() {
        stream.reconnectNow();
    }

    /**
     * Closes in order; waits for the end, at most 10 seconds, unless called on one of the account's own threads. Twice
     * is harmless.
     */
    public void close() {
        stream.close();
        if (threads.inLoop() || EventDispatcher.isListening()) {
            return;
        }
        try {
            ended.get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("The socket did not close within {} s; it goes on closing", CLOSE_SECONDS);
        }
    }

    private StreamIdentity identity() {
        Credentials own = credentials.current();
        if (own.me().isPresent()) {
            String name = credentials.self().pushName().orElse(null);
            return new StreamIdentity.Login(own.noiseKey(), own.me().get(), name);
        }
        return new StreamIdentity.Registration(
                own.noiseKey(),
                own.registrationId(),
                own.identityKey().publicKey(),
                own.signedPreKey().id(),
                own.signedPreKey().keyPair().publicKey(),
                own.signedPreKey().signature());
    }

    private byte @Nullable [] routingInfo() {
        return credentials.current().routingInfo().orElse(null);
    }

    private void serverChanged() {
        onExecutor(() -> credentials.change(own ->
                own.toBuilder().serverCertChain(server.certChain().orElse(null)).build()));
    }

    @Override
    public void stateChanged(StreamState changed) {
        if (changed instanceof StreamState.Connecting) {
            // Also when the server ends a connection only to begin another, as after linking.
            registered.interrupted();
            connection.connecting();
        } else if (changed instanceof StreamState.Pairing) {
            connection.pairing();
        } else if (changed instanceof StreamState.Open) {
            opened();
        } else if (changed instanceof StreamState.Waiting waiting) {
            registered.interrupted();
            connection.reconnecting(waiting.reason(), waiting.delay());
        } else if (changed instanceof StreamState.Closed closed) {
            closed(closed.reason());
        }
    }

    private void opened() {
        registered.opened();
        connection.open();
        opened.complete(null);
    }

    @Override
    public void loggedIn(Node success) {
        Jid lid = success.jid("lid");
        if (lid != null && !credentials.self().lid().equals(Optional.of(lid))) {
            onExecutor(() -> credentials.change(own -> own.toBuilder().lid(lid).build()));
        }
    }

    @Override
    public void edgeRouting(byte[] routingInfo) {
        onExecutor(() -> credentials.change(
                own -> own.toBuilder().routingInfo(routingInfo).build()));
    }

    @Override
    public void offlinePreview(Node preview) {
        PendingNotifications pending = new PendingNotifications(
                preview.intAttr("count", 0),
                preview.intAttr("message", 0),
                preview.intAttr("receipt", 0),
                preview.intAttr("notification", 0),
                preview.intAttr("call", 0),
                preview.intAttr("appdata", 0));
        if (pending.total() > 0) {
            connection.pending(pending);
        }
    }

    @Override
    public void offlineFinished(int count) {
        connection.caughtUp();
    }

    @Override
    public void refused(Node stanza, WaxwingException reason) {
        Optional<Jid> from = address(stanza, "from");
        refusals.warn(
                from.map(Jid::person).map(Jid::toString).orElse("nobody"),
                "a <" + stanza.tag() + "> is refused: " + reason.getMessage());
        events.publish(
                Events.STANZA_REFUSED,
                new StanzaRefused(
                        stanza.tag(),
                        from,
                        address(stanza, "participant"),
                        Optional.ofNullable(stanza.attr("id")),
                        reason));
    }

    /** What is wrong with it may be just that. */
    private static Optional<Jid> address(Node stanza, String attribute) {
        try {
            return Optional.ofNullable(stanza.jid(attribute));
        } catch (ProtocolViolationException e) {
            return Optional.empty();
        }
    }

    private void credentialsChanged(Credentials changed) {
        if (changed.me().isPresent() && changed.lid().isPresent()) {
            areas.people().learn(changed.me().get(), changed.lid().get());
        }
        events.publish(
                Events.CREDS_UPDATE,
                CredsUpdate.builder()
                        .me(changed.me().orElse(null))
                        .lid(changed.lid().orElse(null))
                        .pushName(changed.pushName().orElse(null))
                        .build());
    }

    private void closed(DisconnectReason reason) {
        CompletableFuture<Void> areasEnded = registered.ended(reason.error());
        opened.completeExceptionally(reason.error());
        CompletableFuture<Void> heard = connection.closed(reason);
        CompletableFuture<Void> archived = reason.error() instanceof LoggedOutException
                ? onExecutor(() -> credentials.store().archive("logged out"))
                : CompletableFuture.completedFuture(null);
        // The last update is heard before the lanes end.
        withinCloseTime(CompletableFuture.allOf(heard, archived)).whenComplete((done, failure) -> {
            // Messages that listeners have not begun with stay in the store.
            events.close();
            withinCloseTime(areasEnded).whenComplete((allEnded, late) -> releaseOnExecutor(reason));
        });
    }

    private CompletableFuture<Void> withinCloseTime(CompletableFuture<Void> step) {
        return threads.timer().within(Duration.ofSeconds(CLOSE_SECONDS), threads.executor(), step);
    }

    /**
     * What the application hangs on the end must not run on the event loop or a timer, and there is no executor
     * afterwards.
     */
    private void releaseOnExecutor(DisconnectReason reason) {
        try {
            threads.executor().execute(() -> release(reason));
        } catch (RejectedExecutionException e) {
            release(reason);
        }
    }

    private void release(DisconnectReason reason) {
        threads.close();
        STORES_IN_USE.remove(store);
        ended.complete(reason.error());
    }

    private CompletableFuture<Void> onExecutor(Runnable task) {
        try {
            return CompletableFuture.runAsync(task, threads.executor()).whenComplete((done, failure) -> {
                if (failure != null) {
                    LOG.error("Could not store a change of the credentials", failure);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.warn("A change of the credentials came after the socket was closed");
            return CompletableFuture.completedFuture(null);
        }
    }
}
