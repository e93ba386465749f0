package dev.waxwing.testkit.server;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.state.ClientLink;
import dev.waxwing.testkit.state.Device;
import dev.waxwing.testkit.state.ShiftedClock;
import java.util.List;
import java.util.Optional;

/** An iq of a client and its answer, which is written when the handler says so: what it delivers before goes before. */
public final class IqExchange {

    private final ClientLink connection;
    private final ShiftedClock clock;
    private final Node iq;
    private boolean settled;

    IqExchange(ClientLink connection, ShiftedClock clock, Node iq) {
        this.connection = connection;
        this.clock = clock;
        this.iq = iq;
    }

    /**
     * Who asks.
     *
     * @return the connection
     */
    public ClientLink connection() {
        return connection;
    }

    /**
     * Who asks.
     *
     * @return the device
     * @throws IqRefusal 401, if the client has not logged in
     */
    public Device device() {
        return connection.device().orElseThrow(() -> new IqRefusal(401, "not-authorized"));
    }

    /**
     * The question.
     *
     * @return the whole iq
     */
    public Node node() {
        return iq;
    }

    /**
     * The first child of the question.
     *
     * @return the child
     * @throws IqRefusal 400, if there is none
     */
    public Node child() {
        return iq.children().stream().findFirst().orElseThrow(() -> new IqRefusal(400, "bad-request"));
    }

    /**
     * Whom the question is for.
     *
     * @return the address, or nothing if the client wrote none
     */
    public Optional<Jid> to() {
        return Optional.ofNullable(iq.jid("to"));
    }

    /**
     * Answers with a result.
     *
     * @param children of the result
     */
    public void reply(Node... children) {
        reply(List.of(children));
    }

    /**
     * Answers with a result.
     *
     * @param children of the result
     */
    public void reply(List<Node> children) {
        Node.Builder result = answerOf("result");
        answer(children.isEmpty() ? result.build() : result.children(children).build());
    }

    /**
     * Answers with a result that says it is from someone else than the question was for.
     *
     * @param from who answers
     * @param children of the result
     */
    public void replyFrom(Jid from, List<Node> children) {
        answer(answerOf("result").attr("from", from).children(children).build());
    }

    /**
     * Answers with an error.
     *
     * @param code as in HTTP
     * @param text the name of the condition
     */
    public void error(int code, String text) {
        answer(answerOf("error")
                .child(Node.builder("error")
                        .attr("code", code)
                        .attr("text", text)
                        .build())
                .build());
    }

    /**
     * Promises an answer after the handler has returned. Never: the client waits for its time-out, as a test may want.
     */
    public void later() {
        settled = true;
    }

    /**
     * Tells whether the question needs no more answer from the server itself.
     *
     * @return true after any of the other methods that answer
     */
    boolean isSettled() {
        return settled;
    }

    private Node.Builder answerOf(String type) {
        return Node.builder("iq")
                .attr("from", to().orElse(Jid.SERVER))
                .attr("type", type)
                .attr("id", iq.requireAttr("id"))
                .attr("t", clock.seconds());
    }

    private void answer(Node stanza) {
        settled = true;
        connection.send(stanza);
    }
}
