package dev.waxwing.internal.media;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.waxwing.internal.area.ConnectionGate;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.threads.LoopTimer;
import dev.waxwing.model.Jid;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Asks the server which hosts there are, once for as long as the answer holds, however many want to know. */
final class MediaConnections {

    private final StanzaStream stream;
    private final ConnectionGate gate;
    private final LoopTimer timer;
    private final Duration patience;

    /** What is known or asked for. Guarded by this. */
    private @Nullable CompletableFuture<MediaConnection> current;

    private long validUntil;

    MediaConnections(StanzaStream stream, ConnectionGate gate, LoopTimer timer, Duration patience) {
        this.stream = stream;
        this.gate = gate;
        this.timer = timer;
        this.patience = patience;
    }

    /** The hosts; the future is the caller's own. */
    synchronized CompletableFuture<MediaConnection> current() {
        CompletableFuture<MediaConnection> known = current;
        return known == null || known.isCompletedExceptionally() || isOver(known) ? ask() : known.copy();
    }

    private boolean isOver(CompletableFuture<MediaConnection> known) {
        return known.isDone() && timer.nanoTime() - validUntil >= 0;
    }

    /**
     * The hosts anew, because they refused the token.
     *
     * @param refused what they were told by; if another is known by now, that is the answer
     */
    synchronized CompletableFuture<MediaConnection> instead(MediaConnection refused) {
        CompletableFuture<MediaConnection> known = current;
        if (known == null || known.isCompletedExceptionally()) {
            return ask();
        }
        return known.isDone() && known.join().equals(refused) ? ask() : current();
    }

    private CompletableFuture<MediaConnection> ask() {
        CompletableFuture<MediaConnection> asked = gate.await(0, patience)
                .thenCompose(opening -> stream.request(Node.builder("iq")
                        .attr("to", Jid.SERVER)
                        .attr("type", "set")
                        .attr("xmlns", "w:m")
                        .child(Node.builder("media_conn").build())
                        .build()))
                .thenApply(this::keep);
        current = asked;
        return asked.copy();
    }

    private synchronized MediaConnection keep(Node answer) {
        MediaConnection connection = MediaConnection.of(answer);
        validUntil = timer.nanoTime() + SECONDS.toNanos(connection.seconds());
        return connection;
    }
}
