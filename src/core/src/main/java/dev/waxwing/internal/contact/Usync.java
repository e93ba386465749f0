package dev.waxwing.internal.contact;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.model.Jid;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Questions about many users (protocol notes 08, section 6), in portions: the answers of the server are frames of
 * bounded size, and a large question counts as abuse sooner. One portion at a time is under way.
 */
final class Usync {

    static final int MOST_IN_A_QUERY = 250;

    private final StanzaStream stream;

    Usync(StanzaStream stream) {
        this.stream = requireNonNull(stream, "stream");
    }

    /**
     * Asks.
     *
     * @param protocols what to ask of each user
     * @param users one {@code <user>} for each
     * @return the {@code <user>} nodes of all answers, on the event loop; fails when a portion does
     */
    CompletableFuture<List<Node>> ask(List<Node> protocols, List<Node> users) {
        return ask(protocols, users, 0, new ArrayList<>());
    }

    private CompletableFuture<List<Node>> ask(List<Node> protocols, List<Node> users, int from, List<Node> answers) {
        int to = Math.min(users.size(), from + MOST_IN_A_QUERY);
        List<Node> portion = users.subList(from, to);
        return stream.request(query(protocols, portion)).thenCompose(answer -> {
            answers.addAll(users(answer, portion.size()));
            return to == users.size() ? CompletableFuture.completedFuture(answers) : ask(protocols, users, to, answers);
        });
    }

    private Node query(List<Node> protocols, List<Node> users) {
        return Node.builder("iq")
                .attr("to", Jid.SERVER)
                .attr("type", "get")
                .attr("xmlns", "usync")
                .child(Node.builder("usync")
                        .attr("sid", stream.nextId())
                        .attr("mode", "query")
                        .attr("last", "true")
                        .attr("index", "0")
                        .attr("context", "interactive")
                        .child(Node.builder("query").children(protocols).build())
                        .child(Node.builder("list").children(users).build())
                        .build())
                .build();
    }

    private static List<Node> users(Node answer, int asked) {
        Node list = answer.requireChild("usync").child("list");
        List<Node> users = list == null ? List.of() : list.children("user");
        if (users.size() > asked) {
            throw new ProtocolViolationException(users.size() + " users are told and " + asked + " were asked for");
        }
        return users;
    }
}
