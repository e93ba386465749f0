package dev.waxwing.internal.device;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.StanzaStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Keeps queries until the test answers them. */
final class SilentServer implements StanzaStream {

    final List<Node> queries = new ArrayList<>();
    final List<CompletableFuture<Node>> answers = new ArrayList<>();

    void answer(int query, Node... users) {
        answers.get(query)
                .complete(Node.builder("iq")
                        .child(Node.builder("usync")
                                .child(Node.builder("list")
                                        .children(List.of(users))
                                        .build())
                                .build())
                        .build());
    }

    @Override
    public synchronized CompletableFuture<Node> request(Node iq) {
        queries.add(iq);
        CompletableFuture<Node> answer = new CompletableFuture<>();
        answers.add(answer);
        return answer;
    }

    @Override
    public CompletableFuture<Node> request(Node iq, Duration timeout) {
        return request(iq);
    }

    @Override
    public CompletableFuture<Void> send(Node stanza) {
        throw new AssertionError("nothing but queries is sent here");
    }

    @Override
    public CompletableFuture<Node> sendAwaitingAck(Node stanza, Duration timeout) {
        throw new AssertionError("nothing but queries is sent here");
    }

    @Override
    public String nextId() {
        return "1.1-" + queries.size();
    }

    @Override
    public long serverTimeMillis() {
        return 0;
    }
}
