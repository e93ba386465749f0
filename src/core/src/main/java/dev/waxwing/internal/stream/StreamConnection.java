package dev.waxwing.internal.stream;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.noise.NoiseIntro;
import dev.waxwing.internal.stream.link.StanzaLink;
import dev.waxwing.internal.stream.link.StreamIdentity;
import dev.waxwing.internal.stream.routing.InboundFlow;
import dev.waxwing.internal.stream.routing.Routes;
import dev.waxwing.internal.stream.routing.StanzaDispatcher;
import dev.waxwing.internal.threads.Cancellable;
import dev.waxwing.internal.threads.LoopTimer;
import dev.waxwing.model.Jid;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from its handshake to its end: reads the server's first word, keeps the line alive, matches answers
 * with requests, and finds out why it ended. Its state belongs to the event loop; the methods of {@link StanzaStream}
 * may be called on any thread.
 */
final class StreamConnection implements StanzaStream, StanzaLink.Receiver {

    /** What a connection tells the stream it belongs to, on the event loop. */
    interface Owner {

        /** The server offers to pair. */
        void onPairing();

        /** The server accepted the login; the hooks run next. */
        void onLoggedIn(Node success);

        /** The hooks have run and the server knows this device as active. */
        void onOpen();

        /** For what is passed on as it is. */
        StreamListener listener();

        /** The socket is closed; comes once and last. */
        void onEnded(DisconnectReason reason);
    }

    private static final Logger LOG = LoggerFactory.getLogger(StreamConnection.class);

    /** The namespace in which devices are linked and removed. */
    private static final String LINKING = "md";

    /** More stanzas than this on their way into the socket mean that nobody waits for {@link #send}. */
    private static final int MAX_UNWRITTEN = 16_384;

    /** A stanza that is never acked, on a connection that acks others, is not sent more often than this. */
    private static final Duration LONGEST_PATIENCE = Duration.ofMinutes(10);

    private final StreamConfig config;
    private final LoopTimer timer;
    private final StanzaIds ids;
    private final ServerClock clock;
    private final StreamIdentity identity;
    private final Owner owner;
    private final Requests requests;
    private final InboundFlow flow;
    private final StanzaDispatcher dispatcher;
    private final KeepAlive keepAlive;
    private final OfflineBacklog offline;
    private final LoginSequence login;
    private @Nullable StanzaLink link;
    private @Nullable Cancellable firstWord;
    private @Nullable DisconnectReason ending;
    private boolean established;
    private boolean closed;
    private int unwritten;
    private long acks;

    StreamConnection(
            StreamConfig config,
            LoopTimer timer,
            StanzaIds ids,
            ServerClock clock,
            Routes routes,
            List<LoginHook> hooks,
            StreamIdentity identity,
            Owner owner) {
        this.config = config;
        this.timer = timer;
        this.ids = ids;
        this.clock = clock;
        this.identity = identity;
        this.owner = owner;
        this.requests = new Requests(timer, this::onRequestsChanged);
        this.flow =
                new InboundFlow(config.softInboundLimit(), config.hardInboundLimit(), requests::pending, this::reading);
        this.offline = new OfflineBacklog(
                timer, this::write, flow::hasRoom, count -> owner.listener().offlineFinished(count));
        Jid me = identity instanceof StreamIdentity.Login device ? device.me() : null;
        this.dispatcher = new StanzaDispatcher(
                routes,
                flow,
                timer,
                me,
                this::write,
                offline::room,
                (stanza, reason) -> owner.listener().refused(stanza, reason));
        this.keepAlive =
                new KeepAlive(config.keepAlive(), timer, config.random(), clock, flow::isPaused, new KeepAlive.Line() {
                    @Override
                    public CompletableFuture<Node> request(Node iq, Duration timeout) {
                        return StreamConnection.this.request(iq, timeout);
                    }

                    @Override
                    public void dead(Duration silence) {
                        fail(new ConnectionLostException(
                                "the server has been silent for " + silence.toSeconds() + " s"));
                    }
                });
        this.login = new LoginSequence(hooks, config.hookTimeout(), timer, this, owner::onOpen, this::fail);
    }

    /** The handshake is done: from here on the server has its time for the first word. */
    void attach(StanzaLink connected) {
        link = connected;
        firstWord = timer.after(
                config.loginTimeout(),
                () -> fail(new ConnectionLostException("no word from the server within " + config.loginTimeout())));
    }

    /** Ends the connection in order; the first reason counts. */
    void end(DisconnectReason reason) {
        if (conclude(reason) && link != null) {
            link.close();
        }
    }

    /** Ends the connection at once. */
    private void fail(WaxwingException error) {
        if (conclude(Disconnects.of(error)) && link != null) {
            link.abort(error);
        }
    }

    private boolean conclude(DisconnectReason reason) {
        if (ending != null) {
            return false;
        }
        ending = reason;
        if (firstWord != null) {
            firstWord.cancel();
        }
        login.stop();
        keepAlive.stop();
        offline.stop();
        requests.failAll(Disconnects.forCallers(reason));
        return true;
    }

    @Override
    public void onClosed(WaxwingException reason) {
        if (closed) {
            return;
        }
        closed = true;
        conclude(Disconnects.of(reason));
        owner.onEnded(Objects.requireNonNull(ending));
    }

    @Override
    public void onStanza(Node stanza) {
        if (ending != null) {
            return;
        }
        keepAlive.received();
        try {
            read(stanza);
        } catch (WaxwingException e) {
            // A stanza that lacks what its kind must have: nothing after it is less trustworthy for that.
            LOG.warn("the server sent a malformed {}", stanza, e);
        }
    }

    private void read(Node stanza) {
        switch (stanza.tag()) {
            case "iq" -> onIq(stanza);
            case "ack" -> requests.onAck(stanza);
            case "ib" -> onIb(stanza);
            case "success" -> onSuccess(stanza);
            case "failure" -> end(Disconnects.ofFailure(stanza));
            case "stream:error" -> onStreamError(stanza);
            case "xmlstreamend" -> end(Disconnects.ofStreamEnd(stanza));
            default -> {
                if (stanza.hasAttr("offline")) {
                    offline.received();
                }
                dispatcher.stanza(stanza);
            }
        }
    }

    private void onIq(Node iq) {
        String type = iq.attr("type");
        if ("result".equals(type) || "error".equals(type)) {
            if (!requests.onIq(iq)) {
                LOG.debug("nobody waits for {}", iq);
            }
            return;
        }
        // To a device that is not linked, the server's first word is an offer to link it.
        boolean isOffer = identity instanceof StreamIdentity.Registration && LINKING.equals(iq.attr("xmlns"));
        if (!established && isOffer) {
            establish();
            owner.onPairing();
        }
        dispatcher.serverIq(iq);
    }

    private void onSuccess(Node success) {
        // A second one, or one for a device that is not linked, means nothing (whatsapp-rust, whatsmeow).
        if (established || !(identity instanceof StreamIdentity.Login)) {
            return;
        }
        establish();
        clock.learn(seconds(success), 0);
        owner.onLoggedIn(success);
        if (ending == null) {
            login.start();
        }
    }

    private void establish() {
        established = true;
        if (firstWord != null) {
            firstWord.cancel();
        }
        keepAlive.start();
    }

    private void onStreamError(Node error) {
        Node owed = error.child("ack");
        if (owed != null && owed.hasAttr("id") && owed.hasAttr("class")) {
            // What is still being handled must not be acked: it comes again on the next connection.
            LOG.info("the server recycles the stream over an unacknowledged {}", owed.attr("class"));
        }
        end(Disconnects.ofStreamError(error));
    }

    private void onIb(Node ib) {
        Set<String> routed = new HashSet<>();
        for (Node child : ib.children()) {
            switch (child.tag()) {
                case "edge_routing" -> onEdgeRouting(child);
                case "offline_preview" -> {
                    owner.listener().offlinePreview(child);
                    offline.announced(child.intAttr("count", 0));
                }
                case "offline" -> offline.ended(child.intAttr("count", 0));
                default -> {
                    if (routed.add(child.tag())) {
                        dispatcher.ib(ib, child.tag());
                    }
                }
            }
        }
    }

    private void onEdgeRouting(Node edgeRouting) {
        Node info = edgeRouting.child("routing_info");
        byte[] blob = info == null ? null : info.bytes();
        if (blob != null && blob.length > 0 && blob.length <= NoiseIntro.MAX_ROUTING_BYTES) {
            owner.listener().edgeRouting(blob);
        }
    }

    private static long seconds(Node node) {
        String t = node.attr("t");
        return t != null && t.matches("\\d{1,12}") ? Long.parseLong(t) : 0;
    }

    private void onRequestsChanged() {
        flow.update();
    }

    private void reading(boolean on) {
        if (link != null) {
            link.reading(on);
        }
    }

    /** For what nobody waits for: acks and answers to pings. Dropped when the connection is over. */
    private void write(Node stanza) {
        writeStanza(stanza);
    }

    private CompletableFuture<Void> writeStanza(Node stanza) {
        if (ending != null || link == null) {
            return CompletableFuture.failedFuture(
                    ending == null ? new ConnectionLostException("not connected") : Disconnects.forCallers(ending));
        }
        if (unwritten >= MAX_UNWRITTEN) {
            return CompletableFuture.failedFuture(
                    new ConnectionLostException("more than " + MAX_UNWRITTEN + " stanzas wait for the network"));
        }
        unwritten++;
        CompletableFuture<Void> written = link.send(stanza);
        written.whenComplete((done, failure) -> timer.run(() -> unwritten--));
        return written;
    }

    @Override
    public CompletableFuture<Void> send(Node stanza) {
        Objects.requireNonNull(stanza, "stanza");
        CompletableFuture<Void> result = new CompletableFuture<>();
        onLoop(
                result,
                () -> writeStanza(stanza).whenComplete((done, failure) -> {
                    if (failure == null) {
                        result.complete(null);
                    } else {
                        result.completeExceptionally(failure);
                    }
                }));
        return result;
    }

    @Override
    public CompletableFuture<Node> request(Node iq) {
        return request(iq, config.requestTimeout());
    }

    @Override
    public CompletableFuture<Node> request(Node iq, Duration timeout) {
        if (!iq.tag().equals("iq")) {
            throw new IllegalArgumentException("a request must be an iq but was " + iq);
        }
        requirePositive(timeout);
        Node withId =
                iq.hasAttr("id") ? iq : iq.toBuilder().attr("id", nextId()).build();
        CompletableFuture<Node> answer = new CompletableFuture<>();
        onLoop(answer, () -> ask(withId, answer, () -> requests.awaitIq(withId, timeout, answer)));
        return answer;
    }

    @Override
    public CompletableFuture<Node> sendAwaitingAck(Node stanza, Duration patience) {
        if (!stanza.hasAttr("id")) {
            throw new IllegalArgumentException("a stanza to be acked must have an id: " + stanza);
        }
        requirePositive(patience);
        CompletableFuture<Node> answer = new CompletableFuture<>();
        onLoop(answer, () -> write(new Unacked(stanza, answer, acks), patience, true));
        return answer;
    }

    /** A stanza without its ack, and how many acks had come when it was written first. */
    private record Unacked(Node stanza, CompletableFuture<Node> answer, long acksBefore) {}

    private void write(Unacked unacked, Duration patience, boolean isFirst) {
        CompletableFuture<Node> attempt = awaitAck(unacked, patience, isFirst);
        ask(unacked.stanza, attempt, () -> requests.awaitAck(unacked.stanza, patience, attempt));
    }

    private CompletableFuture<Node> awaitAck(Unacked unacked, Duration patience, boolean isFirst) {
        CompletableFuture<Node> attempt = new CompletableFuture<>();
        attempt.whenComplete((ack, failure) -> {
            if (failure == null) {
                acks++;
                unacked.answer.complete(ack);
            } else if (failure instanceof RequestTimeoutException silence) {
                onSilence(unacked, patience, isFirst, silence);
            } else {
                unacked.answer.completeExceptionally(failure);
            }
        });
        return attempt;
    }

    /**
     * The server knows a stanza by its id, so that it may go out again. A connection that acks nothing else either is
     * given up.
     */
    private void onSilence(Unacked unacked, Duration patience, boolean isFirst, RequestTimeoutException silence) {
        if (flow.isPaused()) {
            // While this side holds the server back its silence proves nothing.
            requests.awaitAck(unacked.stanza, patience, awaitAck(unacked, patience, isFirst));
        } else if (isFirst || acks > unacked.acksBefore) {
            write(unacked, isFirst ? patience : atMost(patience.multipliedBy(2), LONGEST_PATIENCE), false);
        } else {
            unacked.answer.completeExceptionally(silence);
            fail(new ConnectionLostException("the server acked nothing in two times " + patience, silence));
        }
    }

    private static Duration atMost(Duration value, Duration limit) {
        return value.compareTo(limit) > 0 ? limit : value;
    }

    private void ask(Node stanza, CompletableFuture<Node> answer, Runnable register) {
        if (ending != null) {
            answer.completeExceptionally(Disconnects.forCallers(ending));
            return;
        }
        // Registered first: on a fast line the answer may come before the write is reported.
        register.run();
        if (!answer.isDone()) {
            writeStanza(stanza).whenComplete((done, failure) -> {
                if (failure != null) {
                    answer.completeExceptionally(failure);
                }
            });
        }
    }

    private void onLoop(CompletableFuture<?> result, Runnable task) {
        if (!timer.run(task)) {
            result.completeExceptionally(new SocketClosedException("the socket is closed"));
        }
    }

    private static void requirePositive(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout must be positive but was " + timeout);
        }
    }

    @Override
    public String nextId() {
        return ids.next();
    }

    @Override
    public long serverTimeMillis() {
        return clock.millis();
    }
}
