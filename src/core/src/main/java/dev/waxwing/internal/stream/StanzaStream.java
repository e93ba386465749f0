package dev.waxwing.internal.stream;

import dev.waxwing.internal.binary.Node;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * What the rooms above may do with the stream. Every method may be called on any thread; the futures complete on the
 * event loop, so what hangs on them must not block: continue with {@code …Async} on the account's executor for real
 * work.
 *
 * <p>While there is no connection every future fails at once with {@link dev.waxwing.error.ConnectionLostException},
 * after {@code close()} with {@link dev.waxwing.error.SocketClosedException}.
 */
public interface StanzaStream {

    /**
     * Sends a stanza that nothing answers.
     *
     * @param stanza the stanza
     * @return completes when the stanza was written to the socket; fails with {@link
     *     dev.waxwing.error.ConnectionLostException}
     */
    CompletableFuture<Void> send(Node stanza);

    /**
     * Sends an {@code iq} and waits for its answer for the configured time (60 s unless told otherwise).
     *
     * @param iq the iq; an {@code id} is added if it has none
     * @return the {@code <iq type="result">}; fails with {@link dev.waxwing.error.ServerRefusedException} on an iq
     *     error, {@link dev.waxwing.error.RequestTimeoutException} without an answer in time, or {@link
     *     dev.waxwing.error.ConnectionLostException}
     */
    CompletableFuture<Node> request(Node iq);

    /**
     * Sends an {@code iq} and waits for its answer.
     *
     * @param iq the iq; an {@code id} is added if it has none
     * @param timeout how long to wait, positive
     * @return as {@link #request(Node)}
     */
    CompletableFuture<Node> request(Node iq, Duration timeout);

    /**
     * Sends a stanza and waits for {@code <ack class="(its tag)" id="(its id)">}. Without an ack in time the same
     * stanza goes out again, since the server knows it by its id. If it is not acked then either, and nothing else was
     * since it first went out, the connection is ended as lost; on a connection that acks others the stanza goes out
     * again in growing intervals.
     *
     * @param stanza the stanza, with an {@code id}
     * @param patience how long to wait for the ack each time, positive
     * @return the ack, also one with an {@code error} attribute: the caller judges it. Fails with
     *     {@link dev.waxwing.error.RequestTimeoutException} if the connection was ended for the want of this ack, or
     *     {@link dev.waxwing.error.ConnectionLostException}; the server may have got the stanza in both cases
     * @throws IllegalArgumentException if the stanza has no id
     */
    CompletableFuture<Node> sendAwaitingAck(Node stanza, Duration patience);

    /**
     * An id for a new iq, unique for the life of this object.
     *
     * @return for example {@code 27215.44910-1}
     */
    String nextId();

    /**
     * The server's clock as far as it is known: this machine's clock, corrected by what the server told at login and in
     * keep-alives.
     *
     * @return milliseconds since 1970
     */
    long serverTimeMillis();
}
