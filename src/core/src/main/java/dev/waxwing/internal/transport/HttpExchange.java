package dev.waxwing.internal.transport;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ConnectionLostException;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpClientCodec;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * One HTTP/1.1 request and its answer over TLS, on a connection of its own, by the proxy if there is one. Bodies go both
 * ways in pieces: what is not taken holds the server back, and what the server does not take is not read. Redirects are
 * not followed: they are answers like others.
 */
public final class HttpExchange {

    private static final int LONGEST_LINE = 8 * 1024;
    private static final int LONGEST_HEAD = 32 * 1024;
    private static final int CHUNK_BYTES = 64 * 1024;

    private HttpExchange() {}

    /**
     * Begins an exchange.
     *
     * <p>The future fails with {@link dev.waxwing.error.ServerNotTrustedException} if the server's certificate is not
     * trusted, {@link dev.waxwing.error.ProxyRefusedException} if the proxy refuses, {@link
     * dev.waxwing.error.ProtocolViolationException} if the answer is malformed, what the receiver or the body failed
     * with, and {@link ConnectionLostException} for all else, the time-outs included. Any status completes it normally.
     * Cancelling it closes the connection.
     *
     * @param server where and how to connect, from {@link TransportConfig#https}
     * @param call the request
     * @param receiver takes the answer
     * @param loop the event loop that will own the connection; of an NIO group
     * @param blocking runs the blocking name look-up, and reads the request's body
     * @return completes on the event loop with the head, when the receiver has taken the whole body or wants none
     */
    public static CompletableFuture<HttpHead> start(
            TransportConfig server, HttpCall call, HttpReceiver receiver, EventLoop loop, Executor blocking) {
        requireNonNull(call, "call");
        requireNonNull(receiver, "receiver");
        CompletableFuture<HttpHead> result = new CompletableFuture<>();
        CompletableFuture<HttpExchangeHandler> connected;
        try {
            connected = new ConnectAttempt<HttpExchangeHandler>(server, loop, blocking, (pipeline, what, opened) -> {
                        pipeline.addLast("http", new HttpClientCodec(LONGEST_LINE, LONGEST_HEAD, CHUNK_BYTES));
                        pipeline.addLast(
                                "exchange",
                                new HttpExchangeHandler(server, call, receiver, what, blocking, opened, result));
                    })
                    .start();
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    new ConnectionLostException("no event loop for the connection to " + server.host(), e));
        }
        connected.whenComplete((handler, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
            }
        });
        // Also when the caller cancels, before the connection is open or after that.
        result.whenComplete((head, failure) -> {
            if (!connected.cancel(false) && !connected.isCompletedExceptionally()) {
                connected.thenAccept(HttpExchangeHandler::close);
            }
        });
        return result;
    }
}
