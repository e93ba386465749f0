package dev.waxwing.internal.transport;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.error.WaxwingException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * An open WebSocket seen as a byte stream: the handlers given to {@link #connect} exchange {@code ByteBuf}s with the
 * server. Methods may be called on any thread.
 */
public final class WebSocketTransport {

    /** Enough to bound what waits, and far more than a loop has to write at once. */
    private static final int FLUSHES_AT_ONCE = 256;

    private final Channel channel;
    private final WebSocketByteStream bytes;
    private final ChannelHandlerContext bytesContext;
    private final CompletableFuture<WaxwingException> closed = new CompletableFuture<>();

    WebSocketTransport(ChannelPipeline pipeline, WebSocketByteStream bytes) {
        this.channel = pipeline.channel();
        this.bytes = bytes;
        this.bytesContext = pipeline.context(bytes);
        channel.closeFuture().addListener(ignored -> closed.complete(bytes.failure()));
    }

    /**
     * Connects: look-up, TCP, proxy, TLS, upgrade.
     *
     * <p>The future fails with {@link dev.waxwing.error.ServerRefusedException} if the server answers the upgrade with
     * another HTTP status, {@link dev.waxwing.error.ServerNotTrustedException} if its certificate is not trusted,
     * {@link dev.waxwing.error.ProtocolViolationException} if its answer is malformed, and {@link
     * ConnectionLostException} for all else, the time-out included. Cancelling it abandons the attempt.
     *
     * @param config where and how
     * @param loop the event loop that will own the channel; of an NIO group
     * @param lookups runs the blocking name look-up
     * @param upper handlers above the byte stream, in the order of inbound data; added on the event loop once the
     *     WebSocket is open, so {@code handlerAdded} means "ready" and {@code channelActive} is not fired for them
     * @return the open transport; completes on the event loop, after the upper handlers are in place
     */
    public static CompletableFuture<WebSocketTransport> connect(
            TransportConfig config, EventLoop loop, Executor lookups, ChannelHandler... upper) {
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(loop, "loop");
        Objects.requireNonNull(lookups, "lookups");
        ChannelHandler[] handlers = upper.clone();
        return new ConnectAttempt<WebSocketTransport>(
                        config,
                        loop,
                        lookups,
                        (pipeline, what, opened) -> addTo(pipeline, what, opened, config, handlers))
                .start();
    }

    private static void addTo(
            ChannelPipeline pipeline,
            String what,
            CompletableFuture<WebSocketTransport> opened,
            TransportConfig config,
            ChannelHandler[] upper) {
        // Stanzas that are written together share a TLS record and a system call.
        pipeline.addLast("flush", new FlushConsolidationHandler(FLUSHES_AT_ONCE, true));
        pipeline.addLast("http", new HttpClientCodec());
        pipeline.addLast(
                "upgrade",
                new WebSocketUpgrade(
                        config, what, () -> open(pipeline, opened, config, upper), opened::completeExceptionally));
    }

    /**
     * Runs inside the read that brought the answer, so that no byte of the server can come before the upper handlers
     * are in place.
     */
    private static void open(
            ChannelPipeline pipeline,
            CompletableFuture<WebSocketTransport> opened,
            TransportConfig config,
            ChannelHandler[] upper) {
        WebSocketByteStream bytes = new WebSocketByteStream(config);
        pipeline.replace("upgrade", "bytes", bytes);
        WebSocketTransport transport = new WebSocketTransport(pipeline, bytes);
        try {
            pipeline.addLast(upper);
        } catch (RuntimeException e) {
            opened.completeExceptionally(e);
            return;
        }
        if (!opened.complete(transport)) {
            pipeline.close();
        }
    }

    /**
     * The channel, for writing to the upper handlers and for its writability.
     *
     * @return the channel
     */
    public Channel channel() {
        return channel;
    }

    /**
     * Whether writing now would not pile up behind a slow network.
     *
     * @return false above the high water mark, until below the low one
     */
    public boolean isWritable() {
        return channel.isWritable();
    }

    /**
     * Stops or resumes reading; TCP then holds the server back.
     *
     * @param reading false to stop
     */
    public void reading(boolean reading) {
        channel.config().setAutoRead(reading);
    }

    /**
     * Closes in order: a close frame, the server's answer or the close time-out, then the socket. Does nothing on a
     * closed transport.
     *
     * @return the same future as {@link #closed()}
     */
    public CompletableFuture<WaxwingException> close() {
        channel.eventLoop().execute(() -> {
            bytes.fail(new SocketClosedException("closed by this side"));
            bytes.close(bytesContext, WebSocketCloseStatus.NORMAL_CLOSURE);
        });
        return closed();
    }

    /**
     * Closes the socket at once, without a word.
     *
     * @param reason what {@link #closed()} will tell, unless there was a reason before
     */
    public void abort(WaxwingException reason) {
        Objects.requireNonNull(reason, "reason");
        channel.eventLoop().execute(() -> {
            bytes.fail(reason);
            channel.close();
        });
    }

    /**
     * Completes when the socket is closed, whoever closed it, with the first reason there was. Never fails; completes
     * on the event loop.
     *
     * @return a future that the caller cannot complete
     */
    public CompletableFuture<WaxwingException> closed() {
        return closed.copy();
    }
}
