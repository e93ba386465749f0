package dev.waxwing.internal.stream.link;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.transport.WebSocketTransport;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.CodecException;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The top of the pipeline: nodes come out of it and go into it. Event loop only. */
public final class NettyLink extends ChannelInboundHandlerAdapter implements StanzaLink {

    private static final Logger LOG = LoggerFactory.getLogger(NettyLink.class);
    private static final int MAX_CAUSES = 32;
    private static final int MAX_UNREADABLE = 16;

    private final Receiver receiver;
    private @Nullable WebSocketTransport transport;
    private @Nullable WaxwingException failure;
    private boolean open;
    private int unreadable;

    NettyLink(Receiver receiver) {
        this.receiver = receiver;
    }

    /** The WebSocket is open; the handshake is under way. */
    void transport(WebSocketTransport connected) {
        transport = connected;
    }

    /** The handshake is done and the link about to be handed out. */
    void open() {
        open = true;
        transport().closed().thenAccept(reason -> receiver.onClosed(failure == null ? reason : failure));
    }

    private WebSocketTransport transport() {
        return Objects.requireNonNull(transport, "transport");
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (open && message instanceof Node stanza) {
            receiver.onStanza(stanza);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    /**
     * A frame that holds no node is dropped, for those behind it are sound; a server that sends many is not one to talk
     * to.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof ProtocolViolationException && ++unreadable <= MAX_UNREADABLE) {
            LOG.warn("dropped a frame that holds no node", cause);
        } else {
            fatal(ctx, cause);
        }
    }

    private void fatal(ChannelHandlerContext ctx, Throwable cause) {
        if (failure == null) {
            failure = typed(cause);
        }
        ctx.close();
    }

    /**
     * Belongs between Noise and the node codec: what fails below it ends the connection, what fails above it need not.
     */
    ChannelHandler foundation() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                fatal(ctx, cause);
            }
        };
    }

    @Override
    public CompletableFuture<Void> send(Node stanza) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        transport().channel().writeAndFlush(stanza).addListener(written -> {
            Throwable cause = written.cause();
            if (cause == null) {
                result.complete(null);
            } else {
                result.completeExceptionally(writeFailure(cause));
            }
        });
        return result;
    }

    @Override
    public void reading(boolean on) {
        transport().reading(on);
    }

    @Override
    public void close() {
        transport().close();
    }

    @Override
    public void abort(WaxwingException reason) {
        if (failure == null) {
            failure = reason;
        }
        transport().abort(reason);
    }

    /** A stanza that cannot be encoded is its sender's mistake; all else is the connection's end. */
    private static Throwable writeFailure(Throwable cause) {
        Throwable current = cause;
        for (int i = 0; current != null && i < MAX_CAUSES; i++) {
            if (current instanceof IllegalArgumentException || current instanceof WaxwingException) {
                return current;
            }
            current = current.getCause();
        }
        return new ConnectionLostException("the stanza was not written", cause);
    }

    private static WaxwingException typed(Throwable cause) {
        Throwable current = cause;
        for (int i = 0; current != null && i < MAX_CAUSES; i++) {
            if (current instanceof WaxwingException known) {
                return known;
            }
            current = current.getCause();
        }
        return cause instanceof CodecException
                ? new ProtocolViolationException("malformed data from the server", cause)
                : new ConnectionLostException("the connection failed", cause);
    }
}
