package dev.waxwing.internal.stream;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.internal.binary.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A stream whose other end is the test: it keeps what is sent until the test answers. Everything runs on the test's
 * thread.
 */
public final class PlayedStream implements StanzaStream {

    /** A stanza that waits for its ack. */
    public record Unacknowledged(Node stanza, Duration patience, CompletableFuture<Node> ack) {}

    /** An iq that waits for its answer. */
    public record Unanswered(Node iq, CompletableFuture<Node> answer) {}

    private final Map<String, Unacknowledged> unacknowledged = new LinkedHashMap<>();
    private final List<Node> sent = new ArrayList<>();
    private final List<Unanswered> requests = new ArrayList<>();
    private final Map<String, Runnable> hooks = new HashMap<>();
    private boolean connected = true;
    private long serverTimeMillis;
    private int lastId;

    /** What was sent since the last call, in order; queries are not among it. */
    public List<Node> takeSent() {
        List<Node> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    /** The ids of what was sent since the last call, in order. */
    public List<String> takeSentIds() {
        return takeSent().stream().map(stanza -> stanza.requireAttr("id")).toList();
    }

    /** The queries since the last call. */
    public List<Unanswered> takeRequests() {
        List<Unanswered> taken = List.copyOf(requests);
        requests.clear();
        return taken;
    }

    /** What waits for its ack under an id. */
    public Unacknowledged unacknowledged(String id) {
        Unacknowledged waiting = unacknowledged.get(id);
        if (waiting == null) {
            throw new AssertionError("nothing waits for an ack under " + id + " but " + unacknowledged.keySet());
        }
        return waiting;
    }

    /** The server acknowledges a stanza. */
    public void acknowledge(String id, Node ack) {
        Unacknowledged waiting = unacknowledged(id);
        unacknowledged.remove(id);
        waiting.ack.complete(ack);
    }

    /** The server acknowledges a stanza and says nothing else. */
    public void acknowledge(String id) {
        acknowledge(id, Node.builder("ack").attr("id", id).build());
    }

    /** A stanza fails on its way. */
    public void fail(String id, RuntimeException reason) {
        Unacknowledged waiting = unacknowledged(id);
        unacknowledged.remove(id);
        waiting.ack.completeExceptionally(reason);
    }

    /** The connection is gone: everything that waits fails, and so does what comes. */
    public void disconnect() {
        connected = false;
        List<Unacknowledged> lost = List.copyOf(unacknowledged.values());
        unacknowledged.clear();
        lost.forEach(waiting -> waiting.ack.completeExceptionally(gone()));
        takeRequests().forEach(waiting -> waiting.answer.completeExceptionally(gone()));
    }

    /** Runs something right after a stanza was sent that waits for its ack, the next time that happens. */
    public void onNext(String id, Runnable hook) {
        hooks.put(id, hook);
    }

    /** There is a connection again. */
    public void connect() {
        connected = true;
    }

    /** What the server's clock shows. */
    public void setServerTimeMillis(long millis) {
        serverTimeMillis = millis;
    }

    @Override
    public CompletableFuture<Void> send(Node stanza) {
        if (!connected) {
            return CompletableFuture.failedFuture(gone());
        }
        sent.add(stanza);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Node> request(Node iq) {
        if (!connected) {
            return CompletableFuture.failedFuture(gone());
        }
        Unanswered query = new Unanswered(iq, new CompletableFuture<>());
        requests.add(query);
        return query.answer;
    }

    @Override
    public CompletableFuture<Node> request(Node iq, Duration timeout) {
        return request(iq);
    }

    @Override
    public CompletableFuture<Node> sendAwaitingAck(Node stanza, Duration patience) {
        if (!connected) {
            return CompletableFuture.failedFuture(gone());
        }
        sent.add(stanza);
        Unacknowledged waiting = new Unacknowledged(stanza, patience, new CompletableFuture<>());
        String id = stanza.requireAttr("id");
        unacknowledged.put(id, waiting);
        Runnable hook = hooks.remove(id);
        if (hook != null) {
            hook.run();
        }
        return waiting.ack;
    }

    @Override
    public String nextId() {
        return "played-" + ++lastId;
    }

    @Override
    public long serverTimeMillis() {
        return serverTimeMillis;
    }

    private static ConnectionLostException gone() {
        return new ConnectionLostException("the test cut the connection");
    }
}
