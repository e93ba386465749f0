package dev.waxwing.internal.pairing;

import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.ReceivedHandlers;
import dev.waxwing.internal.area.RegisteredAreas;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.ContentCodecs;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.stream.routing.StanzaHandler;
import dev.waxwing.internal.stream.routing.StanzaRouter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Plays the stream below the area: keeps what it sends, and gives it what the server would. */
final class FakeStream implements StanzaStream, StanzaRouter {

    final List<Node> sent = new ArrayList<>();
    final List<Node> requests = new ArrayList<>();
    final List<Duration> timeouts = new ArrayList<>();

    /** What every request gets. */
    CompletableFuture<Node> answer = new CompletableFuture<>();

    private final Map<String, StanzaHandler> handlers = new HashMap<>();

    /** Gives the area an iq or a notification of the server's. */
    CompletableFuture<Acknowledgement> receive(Node stanza) {
        String key = stanza.tag().equals("iq")
                ? stanza.requireAttr("xmlns") + " " + stanza.children().get(0).tag()
                : stanza.tag() + " " + stanza.requireAttr("type");
        try {
            return handlers.get(key).handle(stanza).toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void onIq(String xmlns, String childTag, StanzaHandler handler) {
        handlers.put(xmlns + " " + childTag, handler);
    }

    @Override
    public CompletableFuture<Void> send(Node stanza) {
        sent.add(stanza);
        return CompletableFuture.completedFuture(null);
    }

    /** Registers an area here. */
    void register(Area area) {
        new RegisteredAreas(List.of(area), this, hook -> {}, new ReceivedHandlers(), new ContentCodecs());
    }

    @Override
    public void on(String tag, @Nullable String type, @Nullable String child, StanzaHandler handler) {
        handlers.put(tag + " " + type, handler);
    }

    @Override
    public CompletableFuture<Node> request(Node iq) {
        throw new UnsupportedOperationException(iq.toString());
    }

    @Override
    public CompletableFuture<Node> request(Node iq, Duration timeout) {
        requests.add(iq);
        timeouts.add(timeout);
        return answer;
    }

    @Override
    public CompletableFuture<Node> sendAwaitingAck(Node stanza, Duration timeout) {
        throw new UnsupportedOperationException(stanza.toString());
    }

    @Override
    public String nextId() {
        throw new UnsupportedOperationException("nextId");
    }

    @Override
    public long serverTimeMillis() {
        throw new UnsupportedOperationException("serverTimeMillis");
    }
}
