package dev.waxwing.testkit.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelGroupFuture;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The two listeners, with TLS and without, bound to the loopback address only; both serve HTTP and the WebSocket. */
public final class Listeners {

    /** A client that leaves more than this unread is cut off; see the connection's {@code send}. */
    private static final WriteBufferWaterMark WRITE_LIMIT = new WriteBufferWaterMark(32 << 20, 64 << 20);

    private static final int FLUSHES_AT_ONCE = 256;

    private final IoEventLoopGroup group;
    private final ChannelGroup channels;
    private final int maxBodyBytes;
    private final HttpHandler handlers;
    private final UploadHandler uploads;
    private final Supplier<Optional<Integer>> refusals;
    private final Consumer<ChannelHandlerContext> onChat;

    /**
     * Prepares the listeners.
     *
     * @param group its one thread runs every channel
     * @param maxBodyBytes longest body of an HTTP request
     * @param handlers answer HTTP
     * @param uploads take the bodies of uploads as they come, of any length
     * @param refusals asked at each upgrade for the status to refuse it with, if it is to be refused
     * @param onChat takes over sockets that became WebSockets
     */
    public Listeners(
            IoEventLoopGroup group,
            int maxBodyBytes,
            HttpHandler handlers,
            UploadHandler uploads,
            Supplier<Optional<Integer>> refusals,
            Consumer<ChannelHandlerContext> onChat) {
        this.group = group;
        this.refusals = refusals;
        this.channels = new DefaultChannelGroup(group.next(), true);
        this.maxBodyBytes = maxBodyBytes;
        this.handlers = handlers;
        this.uploads = uploads;
        this.onChat = onChat;
    }

    /**
     * Opens a listener.
     *
     * @param port where; 0 picks a free one
     * @param tls wraps the sockets, or null for cleartext
     * @return the port it listens on
     */
    public int listen(int port, @Nullable SslContext tls) {
        var bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_LIMIT)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accept(channel, tls);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new UncheckedIOException(new IOException("cannot listen on loopback port " + port, bound.cause()));
        }
        channels.add(bound.channel());
        return ((InetSocketAddress) bound.channel().localAddress()).getPort();
    }

    private void accept(Channel channel, @Nullable SslContext tls) {
        channels.add(channel);
        // What one stanza sets off goes to several clients; each socket is written once.
        channel.pipeline().addLast(new FlushConsolidationHandler(FLUSHES_AT_ONCE, true));
        if (tls != null) {
            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
        }
        channel.pipeline()
                .addLast(new HttpServerCodec())
                .addLast(new BodyIntake(uploads))
                .addLast(new HttpObjectAggregator(maxBodyBytes))
                .addLast(new HttpFrontDoor(handlers, refusals, onChat));
    }

    /**
     * Closes listeners and sockets, and those that arrive meanwhile.
     *
     * @param wait whether to return only when all are closed
     */
    public void close(boolean wait) {
        ChannelGroupFuture closed = channels.close();
        if (wait) {
            closed.awaitUninterruptibly();
        }
    }
}
