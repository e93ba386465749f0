package dev.waxwing.internal.message;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.event.EventKey;
import dev.waxwing.internal.account.Availability;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.PreKeys;
import dev.waxwing.internal.account.PublicIdentity;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.ReceivedHandlers;
import dev.waxwing.internal.area.RegisteredAreas;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.ContentCodecs;
import dev.waxwing.internal.delivery.MessagingParts;
import dev.waxwing.internal.device.AccountRegistrations;
import dev.waxwing.internal.device.DeviceDirectory;
import dev.waxwing.internal.device.SessionBuilder;
import dev.waxwing.internal.device.SharedUserDevices;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.group.CachedGroups;
import dev.waxwing.internal.group.MemoryGroupMetadata;
import dev.waxwing.internal.outbox.SendPolicy;
import dev.waxwing.internal.receipt.ReceiptPolicy;
import dev.waxwing.internal.retry.RetryPolicy;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.stream.routing.StanzaHandler;
import dev.waxwing.internal.stream.routing.StanzaRouter;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.SystemTimer;
import dev.waxwing.model.Jid;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The message layer of one device, with a test in the place of the server. Everything runs on the test's thread. */
public final class PlayedAccount implements AutoCloseable {

    public static final Instant NOW = Instant.ofEpochSecond(1_760_000_000);

    private static final SendPolicy SENDING =
            new SendPolicy(Duration.ofSeconds(5), Duration.ofSeconds(5), 1_000, Duration.ofDays(1));

    public final AccountStore store;
    public final CredentialsStore credentials;
    public final List<Node> sent = Collections.synchronizedList(new ArrayList<>());
    public final List<Node> requests = Collections.synchronizedList(new ArrayList<>());
    public final SignalSessions sessions;
    public final LidMappings lids;
    public final Messaging messaging;

    private final AccountThreads threads;
    private final EventDispatcher events = new EventDispatcher(Runnable::run, new SystemTimer());
    private final Map<String, StanzaHandler> handlers = new HashMap<>();
    private Function<Node, Node> server = iq -> {
        throw new AssertionError("nobody answers " + iq);
    };
    private boolean connected = true;

    public PlayedAccount(UnaryOperator<Credentials> start, boolean available, RetryPolicy policy) {
        this(MemoryStore.create(), Runnable::run, start, available, policy);
    }

    /** Over a store of the test's, and with its work where the test wants it. */
    public PlayedAccount(
            AccountStore store,
            Executor executor,
            UnaryOperator<Credentials> start,
            boolean available,
            RetryPolicy policy) {
        this.store = store;
        credentials = new CredentialsStore(store);
        sessions = new SignalSessions(store, credentials);
        lids = new LidMappings(store, sessions);
        threads = AccountThreads.builder()
                .executor(executor)
                .listeners(Runnable::run)
                .build();
        credentials.loadOrCreate();
        credentials.update(start);
        Credentials own = credentials.loadOrCreate();
        lids.learn(own.me().orElseThrow(), own.lid().orElseThrow());
        Stream stream = new Stream();
        ReceivedHandlers received = new ReceivedHandlers();
        ContentCodecs codecs = new ContentCodecs();
        MessagingParts parts = new MessagingParts(
                store,
                own::self,
                () -> PublicIdentity.of(own),
                lids,
                sessions,
                new PreKeys(store, credentials),
                new DeviceDirectory(
                        stream,
                        lids,
                        new AccountRegistrations(own::self, lids, person -> {}),
                        Runnable::run,
                        new SharedUserDevices(1_000).ofAccount(Duration.ofMinutes(5))),
                new CachedGroups(stream, lids, Runnable::run, new MemoryGroupMetadata(10_000, Duration.ofDays(1))),
                new SessionBuilder(stream, sessions, lids, Runnable::run, (device, reason) -> {}),
                stream,
                events,
                received,
                codecs,
                threads,
                Clock.fixed(NOW, ZoneOffset.UTC));
        messaging = new Messaging(
                parts,
                new Messaging.Trace(events, false, threads.timer()),
                SENDING,
                new ReceiptPolicy(new Availability(available), true, Duration.ofSeconds(5)),
                policy,
                failures -> Optional.empty());
        new RegisteredAreas(List.of(messaging), new Router(), hook -> {}, received, codecs);
    }

    public static RetryPolicy policy() {
        return new RetryPolicy(5, key -> CompletableFuture.completedFuture(Optional.empty()), Duration.ofMinutes(1));
    }

    /** A device whose identity key is known from before. */
    public void know(Jid device, byte[] identityKey) {
        lids.inTransaction(List.of(device), peers -> {
            peers.saveIdentity(device, identityKey);
            return true;
        });
    }

    /** Who answers the iqs that this device sends. */
    public void server(Function<Node, Node> answers) {
        server = answers;
    }

    public void connected(boolean connected) {
        this.connected = connected;
    }

    public <T> List<T> listen(EventKey<T> key) {
        List<T> heard = Collections.synchronizedList(new ArrayList<>());
        events.on(key, heard::add);
        return heard;
    }

    /** Gives the device a stanza. */
    public CompletableFuture<Acknowledgement> give(Node stanza) {
        StanzaHandler ofType = handlers.get(stanza.tag() + "/" + stanza.attr("type"));
        StanzaHandler handler = ofType == null ? handlers.get(stanza.tag()) : ofType;
        return handler.handle(stanza).toCompletableFuture();
    }

    /** Gives the device a stanza and answers what the server is owed for it. */
    public Acknowledgement receive(Node stanza) throws Exception {
        return give(stanza).get(20, SECONDS);
    }

    /** What was sent since the last call. */
    public List<Node> takeSent() {
        synchronized (sent) {
            List<Node> taken = List.copyOf(sent);
            sent.clear();
            return taken;
        }
    }

    @Override
    public void close() {
        threads.close();
        store.close();
    }

    private final class Router implements StanzaRouter {
        @Override
        public void on(String tag, @Nullable String type, @Nullable String child, StanzaHandler handler) {
            handlers.put(type == null ? tag : tag + "/" + type, handler);
        }

        @Override
        public void onIq(String xmlns, String childTag, StanzaHandler handler) {
            throw new AssertionError("not used by messages");
        }
    }

    private final class Stream implements StanzaStream {
        private int lastId;

        @Override
        public CompletableFuture<Void> send(Node stanza) {
            if (!connected) {
                return CompletableFuture.failedFuture(new ConnectionLostException("the test cut the connection"));
            }
            sent.add(stanza);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Node> request(Node iq) {
            return request(iq, Duration.ofSeconds(5));
        }

        @Override
        public CompletableFuture<Node> request(Node iq, Duration timeout) {
            requests.add(iq);
            return CompletableFuture.completedFuture(server.apply(iq));
        }

        @Override
        public CompletableFuture<Node> sendAwaitingAck(Node stanza, Duration timeout) {
            sent.add(stanza);
            return CompletableFuture.completedFuture(Node.builder("ack")
                    .attr("class", stanza.tag())
                    .attr("id", stanza.requireAttr("id"))
                    .build());
        }

        @Override
        public String nextId() {
            return "played-" + ++lastId;
        }

        @Override
        public long serverTimeMillis() {
            return NOW.toEpochMilli();
        }
    }
}
