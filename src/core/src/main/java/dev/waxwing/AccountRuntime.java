package dev.waxwing;

import dev.waxwing.error.LoggedOutException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.ConnectionUpdate.PendingNotifications;
import dev.waxwing.event.ConnectionUpdate.State;
import dev.waxwing.event.CredsUpdate;
import dev.waxwing.event.EventBus;
import dev.waxwing.event.Events;
import dev.waxwing.event.IdentityChange;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.device.AccountRegistrations;
import dev.waxwing.internal.device.CaffeineUserDevices;
import dev.waxwing.internal.device.DeviceDirectory;
import dev.waxwing.internal.device.DeviceNotices;
import dev.waxwing.internal.device.EncryptNotices;
import dev.waxwing.internal.device.IdentityChanges;
import dev.waxwing.internal.device.OwnKeys;
import dev.waxwing.internal.device.SessionBuilder;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.message.Messaging;
import dev.waxwing.internal.message.ReceiptPolicy;
import dev.waxwing.internal.message.RetryPolicy;
import dev.waxwing.internal.message.SendPolicy;
import dev.waxwing.internal.pairing.QrLinking;
import dev.waxwing.internal.signal.Credentials;
import dev.waxwing.internal.signal.CredentialsStore;
import dev.waxwing.internal.signal.LidMappings;
import dev.waxwing.internal.signal.PreKeys;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.stream.AccountStream;
import dev.waxwing.internal.stream.AccountThreads;
import dev.waxwing.internal.stream.DisconnectReason;
import dev.waxwing.internal.stream.StreamIdentity;
import dev.waxwing.internal.stream.StreamListener;
import dev.waxwing.internal.stream.StreamState;
import dev.waxwing.model.Jid;
import dev.waxwing.store.AccountStore;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the rooms of one account together, in the order of the data path, and translates the stream's life into events. */
final class AccountRuntime implements StreamListener, QrLinking.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(AccountRuntime.class);
    private static final long CLOSE_SECONDS = 10;

    /** Two sockets on one account would evict each other at the server and race for the ratchets. Compared by identity. */
    private static final Set<AccountStore> STORES_IN_USE =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    private final SocketConfig config;
    private final AccountThreads threads;
    private final EventDispatcher events;
    private final CredentialsStore credentialsStore;
    private final LidMappings lids;
    private final AccountStream stream;
    private final QrLinking linking;
    private final Messaging messaging;
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final CompletableFuture<WaxwingException> ended = new CompletableFuture<>();
    private volatile Credentials credentials;
    private volatile State state = State.CONNECTING;
    private volatile boolean newLogin;

    private AccountRuntime(SocketConfig config) {
        this.config = config;
        credentialsStore = new CredentialsStore(config.store());
        // What may fail comes before the threads are taken, so that nothing is left behind.
        credentials = credentialsStore.loadOrCreate();
        AccountThreads.Builder threadsBuilder = AccountThreads.builder();
        config.executor().ifPresent(threadsBuilder::executor);
        threads = threadsBuilder.build();
        events = new EventDispatcher(threads.listeners());
        SignalSessions sessions = new SignalSessions(config.store(), credentialsStore, this::identityChanged);
        lids = new LidMappings(config.store(), sessions);
        Messaging.Trace trace = new Messaging.Trace(events, config.tracePipeline());
        stream = new AccountStream(StreamSettings.of(config, trace.wire()), threads, this::identity, this::routingInfo);
        linking = new QrLinking(
                stream,
                credentialsStore,
                sessions,
                threads,
                StreamSettings.clientDigit(config.browser()),
                config.firstQrTimeout(),
                config.nextQrTimeout(),
                this);
        AccountRegistrations registrations = new AccountRegistrations(this::credentials, lids, this::identityChanged);
        DeviceDirectory devices = new DeviceDirectory(
                stream,
                lids,
                registrations,
                threads.executor(),
                config.userDevicesCache()
                        .orElseGet(() -> new CaffeineUserDevices(config.userDevicesCacheTtl(), threads.executor())));
        PreKeys preKeys = new PreKeys(config.store(), credentialsStore);
        OwnKeys keys = new OwnKeys(
                stream,
                credentialsStore,
                preKeys,
                config.clock(),
                threads.executor(),
                pause -> CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS, threads.executor()),
                this::credentialsChanged);
        messaging = new Messaging(
                new Messaging.Foundations(
                        config.store(),
                        this::credentials,
                        lids,
                        sessions,
                        preKeys,
                        devices,
                        new SessionBuilder(stream, sessions, lids, threads.executor()),
                        stream,
                        events,
                        threads,
                        config.clock()),
                trace,
                new SendPolicy(config.sendTimeout(), config.ackTimeout(), config.outboxLimit(), config.outboxExpiry()),
                new ReceiptPolicy(config.markOnlineOnConnect(), config.readReceipts(), config.sendTimeout()),
                new RetryPolicy(config.maxRetries(), config.getMessage(), config.placeholderResendDelay()),
                config.listenerRetry()::pauseAfter);
        linking.register(stream.router());
        new EncryptNotices(
                        keys,
                        new IdentityChanges(this::credentials, lids, sessions, devices, threads, this::identityChanged))
                .register(stream.router());
        new DeviceNotices(devices, registrations, lids, threads.work()).register(stream.router());
        messaging.register(stream.router());
        stream.onLogin(keys);
        stream.addListener(this);
    }

    /** Puts an account together and starts to connect. */
    static AccountRuntime start(SocketConfig config) {
        if (!STORES_IN_USE.add(config.store())) {
            throw new IllegalStateException("store is in use by another socket; close that one first");
        }
        try {
            AccountRuntime account = new AccountRuntime(config);
            account.stream.start();
            return account;
        } catch (RuntimeException | Error e) {
            STORES_IN_USE.remove(config.store());
            throw e;
        }
    }

    EventBus events() {
        return events;
    }

    Messaging messaging() {
        return messaging;
    }

    Credentials credentials() {
        return credentials;
    }

    State state() {
        return state;
    }

    CompletableFuture<Void> whenOpen() {
        return opened.copy();
    }

    CompletableFuture<WaxwingException> whenClosed() {
        return ended.copy();
    }

    void reconnectNow() {
        stream.reconnectNow();
    }

    CompletableFuture<Void> logout() {
        return stream.logout();
    }

    void close() {
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
        Credentials own = credentials;
        if (own.me().isPresent()) {
            String name = own.pushName().or(config::pushName).orElse(null);
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
        return credentials.routingInfo().orElse(null);
    }

    @Override
    public void stateChanged(StreamState changed) {
        if (!(changed instanceof StreamState.Pairing)) {
            linking.stop();
        }
        if (changed instanceof StreamState.Connecting) {
            publish(ConnectionUpdate.of(State.CONNECTING));
        } else if (changed instanceof StreamState.Pairing) {
            publish(ConnectionUpdate.of(State.PAIRING));
        } else if (changed instanceof StreamState.Open) {
            opened();
        } else if (changed instanceof StreamState.Waiting waiting) {
            messaging.interrupted();
            publish(new ConnectionUpdate(
                    State.RECONNECTING,
                    Optional.empty(),
                    Optional.of(waiting.reason().error()),
                    Optional.of(waiting.delay()),
                    false,
                    Optional.empty(),
                    false));
        } else if (changed instanceof StreamState.Closed closed) {
            closed(closed.reason());
        }
    }

    private void opened() {
        messaging.opened();
        publish(new ConnectionUpdate(
                State.OPEN, Optional.empty(), Optional.empty(), Optional.empty(), newLogin, Optional.empty(), false));
        newLogin = false;
        opened.complete(null);
        credentials
                .pushName()
                .or(config::pushName)
                .filter(name -> config.markOnlineOnConnect())
                .ifPresent(name -> stream.send(Node.builder("presence")
                        .attr("type", "available")
                        .attr("name", name.replace("@", ""))
                        .build()));
    }

    @Override
    public void loggedIn(Node success) {
        Jid lid = success.jid("lid");
        if (lid != null && !credentials.lid().equals(Optional.of(lid))) {
            onExecutor(() -> changeCredentials(own -> own.toBuilder().lid(lid).build()));
        }
    }

    @Override
    public void edgeRouting(byte[] routingInfo) {
        onExecutor(() -> changeCredentials(
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
            publish(new ConnectionUpdate(
                    state, Optional.empty(), Optional.empty(), Optional.empty(), false, Optional.of(pending), false));
        }
    }

    @Override
    public void offlineFinished(int count) {
        publish(new ConnectionUpdate(
                State.OPEN, Optional.empty(), Optional.empty(), Optional.empty(), false, Optional.empty(), true));
    }

    @Override
    public void qr(String qr) {
        publish(new ConnectionUpdate(
                State.PAIRING, Optional.of(qr), Optional.empty(), Optional.empty(), false, Optional.empty(), false));
    }

    @Override
    public void linked(Credentials linked) {
        newLogin = true;
        credentialsChanged(linked);
    }

    @Override
    public void failed(WaxwingException reason) {
        stream.stop(reason);
    }

    private void identityChanged(Jid device) {
        Jid person = device.withoutDevice();
        events.publish(Events.IDENTITY_CHANGE, new IdentityChange(person, lids.counterpart(person)));
    }

    private void changeCredentials(UnaryOperator<Credentials> change) {
        credentialsChanged(credentialsStore.update(change));
    }

    private void credentialsChanged(Credentials changed) {
        credentials = changed;
        if (changed.me().isPresent() && changed.lid().isPresent()) {
            lids.learn(changed.me().get(), changed.lid().get());
        }
        events.publish(Events.CREDS_UPDATE, new CredsUpdate(changed.me(), changed.lid(), changed.pushName()));
    }

    private void closed(DisconnectReason reason) {
        CompletableFuture<Void> messagesHeard = messaging.ended(reason.error());
        opened.completeExceptionally(reason.error());
        CompletableFuture<Void> told = publish(new ConnectionUpdate(
                State.CLOSED,
                Optional.empty(),
                Optional.of(reason.error()),
                Optional.empty(),
                false,
                Optional.empty(),
                false));
        CompletableFuture<Void> archived = reason.error() instanceof LoggedOutException
                ? onExecutor(() -> credentialsStore.archive("logged out"))
                : CompletableFuture.completedFuture(null);
        // The last update is heard before the lanes end.
        CompletableFuture.allOf(told, archived)
                .orTimeout(CLOSE_SECONDS, TimeUnit.SECONDS)
                .whenComplete((done, failure) -> {
                    // Messages that listeners have not begun with stay in the store.
                    events.close();
                    messagesHeard
                            .orTimeout(CLOSE_SECONDS, TimeUnit.SECONDS)
                            .whenComplete((heard, late) -> release(reason));
                });
    }

    private void release(DisconnectReason reason) {
        threads.close();
        STORES_IN_USE.remove(config.store());
        ended.complete(reason.error());
    }

    private CompletableFuture<Void> publish(ConnectionUpdate update) {
        state = update.state();
        return events.publish(Events.CONNECTION_UPDATE, update);
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
