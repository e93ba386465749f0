package dev.waxwing.internal.transport;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.WaxwingException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes a byte stream of binary WebSocket messages: message bounds carry no meaning in this protocol, so parts are
 * passed on as they come and nothing is gathered. Text messages are dropped (whatsmeow, whatsapp-rust). Event loop
 * only.
 */
final class WebSocketByteStream extends ChannelDuplexHandler {

    private final TransportConfig config;
    private boolean inText;
    private long messageBytes;
    private boolean closeSent;
    private @Nullable WaxwingException failure;
    /** The answer to the newest ping, while the network takes nothing. */
    private @Nullable PongWebSocketFrame unwrittenPong;

    WebSocketByteStream(TransportConfig config) {
        this.config = config;
    }

    /** Why the connection ended; meaningful once it has. */
    WaxwingException failure() {
        return failure == null ? new ConnectionLostException("the server closed the connection") : failure;
    }

    /** Keeps the first reason: later ones are its consequences. */
    void fail(WaxwingException reason) {
        if (failure == null) {
            failure = reason;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof BinaryWebSocketFrame binary) {
            inText = false;
            messageBytes = 0;
            pass(ctx, binary.content());
        } else if (message instanceof ContinuationWebSocketFrame part) {
            if (inText) {
                part.release();
                inText = !part.isFinalFragment();
            } else {
                pass(ctx, part.content());
            }
        } else if (message instanceof TextWebSocketFrame text) {
            inText = !text.isFinalFragment();
            text.release();
        } else if (message instanceof PingWebSocketFrame ping) {
            onPing(ctx, ping);
        } else if (message instanceof CloseWebSocketFrame close) {
            onClose(ctx, close);
        } else {
            // Pongs that nobody asked for, and the empty end of the HTTP response.
            ReferenceCountUtil.release(message);
        }
    }

    /**
     * Of pings that come while nothing can be written only the newest is answered, as RFC 6455, 5.5.3 allows: a
     * server that does not read must not pile up answers here.
     */
    private void onPing(ChannelHandlerContext ctx, PingWebSocketFrame ping) {
        PongWebSocketFrame pong = new PongWebSocketFrame(ping.content());
        if (closeSent) {
            pong.release();
        } else if (ctx.channel().isWritable()) {
            ctx.writeAndFlush(pong);
        } else {
            dropPong();
            unwrittenPong = pong;
        }
    }

    private void dropPong() {
        if (unwrittenPong != null) {
            unwrittenPong.release();
            unwrittenPong = null;
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        PongWebSocketFrame pong = unwrittenPong;
        if (pong != null && ctx.channel().isWritable()) {
            unwrittenPong = null;
            if (closeSent) {
                pong.release();
            } else {
                ctx.writeAndFlush(pong);
            }
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        dropPong();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        dropPong();
    }

    private void pass(ChannelHandlerContext ctx, ByteBuf content) {
        messageBytes += content.readableBytes();
        if (messageBytes > config.maxMessageBytes()) {
            content.release();
            ProtocolViolationException tooLong =
                    new ProtocolViolationException("WebSocket message over " + config.maxMessageBytes() + " bytes");
            fail(tooLong);
            ctx.fireExceptionCaught(tooLong);
            close(ctx, WebSocketCloseStatus.MESSAGE_TOO_BIG);
        } else if (closeSent || !content.isReadable()) {
            content.release();
        } else {
            ctx.fireChannelRead(content);
        }
    }

    private void onClose(ChannelHandlerContext ctx, CloseWebSocketFrame close) {
        int status = close.statusCode();
        close.release();
        fail(new ConnectionLostException(
                "the server closed the WebSocket" + (status < 0 ? "" : " with status " + status)));
        if (closeSent) {
            ctx.close();
        } else {
            closeSent = true;
            ctx.writeAndFlush(status < 0 ? new CloseWebSocketFrame() : new CloseWebSocketFrame(echo(status), ""))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static WebSocketCloseStatus echo(int status) {
        return WebSocketCloseStatus.isValidStatusCode(status)
                ? WebSocketCloseStatus.valueOf(status)
                : WebSocketCloseStatus.PROTOCOL_ERROR;
    }

    /** Says goodbye and waits for the server's part within the bound; a second call does nothing. */
    void close(ChannelHandlerContext ctx, WebSocketCloseStatus status) {
        if (closeSent || !ctx.channel().isActive()) {
            return;
        }
        closeSent = true;
        ctx.writeAndFlush(new CloseWebSocketFrame(status, ""));
        var timeout = ctx.executor()
                .schedule((Runnable) ctx::close, config.closeTimeout().toMillis(), TimeUnit.MILLISECONDS);
        ctx.channel().closeFuture().addListener(ignored -> timeout.cancel(false));
        // A paused reader would never see the server's close frame.
        ctx.channel().config().setAutoRead(true);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf bytes)) {
            ReferenceCountUtil.release(message);
            promise.setFailure(new IllegalArgumentException(
                    "only bytes can be written but got " + message.getClass().getName()));
        } else if (closeSent) {
            bytes.release();
            promise.setFailure(new ClosedChannelException());
        } else {
            WebSocketFrame frame = new BinaryWebSocketFrame(bytes);
            ctx.write(frame, promise);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        WaxwingException typed = TransportFailures.classify("connection", null, cause);
        fail(typed);
        ctx.fireExceptionCaught(typed);
        ctx.close();
    }
}
