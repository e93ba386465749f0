package dev.waxwing.internal.stream;

import dev.waxwing.error.SocketClosedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.link.StanzaLink;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A link that keeps what was sent and lets the test play the server. */
final class RecordingLink implements StanzaLink {

    final List<Node> sent = new ArrayList<>();
    final Receiver receiver;
    boolean reading = true;
    boolean closed;
    WaxwingException aborted;

    RecordingLink(Receiver receiver) {
        this.receiver = receiver;
    }

    @Override
    public CompletableFuture<Void> send(Node stanza) {
        sent.add(stanza);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void reading(boolean on) {
        reading = on;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            receiver.onClosed(new SocketClosedException("closed by this side"));
        }
    }

    @Override
    public void abort(WaxwingException reason) {
        aborted = reason;
        if (!closed) {
            closed = true;
            receiver.onClosed(reason);
        }
    }

    /** The server cuts the line. */
    void cut(WaxwingException reason) {
        closed = true;
        receiver.onClosed(reason);
    }

    void receive(Node stanza) {
        receiver.onStanza(stanza);
    }

    /** The last stanza sent, which is forgotten. */
    Node takeLast() {
        return sent.remove(sent.size() - 1);
    }
}
