package dev.waxwing.internal.privacy;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.stream.routing.StanzaHandler;
import dev.waxwing.internal.stream.routing.StanzaRouter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A stream with the test in the place of the server: keeps what is asked, answers what was prepared. */
public final class AskedStream implements StanzaStream, StanzaRouter {

    /** Iqs in the order in which they were sent. */
    public final List<Node> asked = new ArrayList<>();

    private final Deque<CompletableFuture<Node>> answers = new ArrayDeque<>();
    private final Map<String, StanzaHandler> handlers = new HashMap<>();

    /** The next iq that has no answer yet gets this as its result. */
    public void willAnswer(Node... children) {
        answers.add(CompletableFuture.completedFuture(Node.builder("iq")
                .attr("type", "result")
                .children(List.of(children))
                .build()));
    }

    /** The next iq that has no answer yet fails. */
    public void willFail(RuntimeException failure) {
        answers.add(CompletableFuture.failedFuture(failure));
    }

    /** Hands a notice to whom it is for. */
    public Acknowledgement receive(String type, @Nullable String child, Node notice) {
        return handlers.get(type + "/" + child)
                .handle(notice)
                .toCompletableFuture()
                .join();
    }

    @Override
    public void on(String tag, @Nullable String type, @Nullable String child, StanzaHandler handler) {
        handlers.put(type + "/" + child, handler);
    }

    @Override
    public void onIq(String xmlns, String childTag, StanzaHandler handler) {
        throw new UnsupportedOperationException(xmlns);
    }

    @Override
    public CompletableFuture<Void> send(Node stanza) {
        throw new UnsupportedOperationException(stanza.toString());
    }

    @Override
    public CompletableFuture<Node> request(Node iq) {
        asked.add(iq);
        CompletableFuture<Node> answer = answers.poll();
        return answer == null ? new CompletableFuture<>() : answer;
    }

    @Override
    public CompletableFuture<Node> request(Node iq, Duration timeout) {
        return request(iq);
    }

    @Override
    public CompletableFuture<Node> sendAwaitingAck(Node stanza, Duration patience) {
        throw new UnsupportedOperationException(stanza.toString());
    }

    @Override
    public String nextId() {
        return "ID";
    }

    @Override
    public long serverTimeMillis() {
        throw new UnsupportedOperationException("serverTimeMillis");
    }
}
