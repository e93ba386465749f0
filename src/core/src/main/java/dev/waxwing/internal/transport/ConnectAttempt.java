package dev.waxwing.internal.transport;

import dev.waxwing.error.ConnectionLostException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.proxy.Socks5ProxyHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One try to connect: looks the name up off the event loop, tries the addresses in turn, and stops at one deadline for
 * everything together. All its state belongs to the event loop.
 */
final class ConnectAttempt {

    /** Enough to bound what waits, and far more than a loop has to write at once. */
    private static final int FLUSHES_AT_ONCE = 256;

    private final TransportConfig config;
    private final EventLoop loop;
    private final Executor lookups;
    private final ChannelHandler[] upper;
    private final String what;
    private final CompletableFuture<WebSocketTransport> result = new CompletableFuture<>();
    private final Deque<InetAddress> addresses = new ArrayDeque<>();
    private final long deadlineNanos;
    private @Nullable Channel channel;

    ConnectAttempt(TransportConfig config, EventLoop loop, Executor lookups, ChannelHandler[] upper) {
        this.config = config;
        this.loop = loop;
        this.lookups = lookups;
        this.upper = upper.clone();
        this.what = "connection to " + config.host() + ":" + config.port();
        this.deadlineNanos = loop.ticker().nanoTime() + config.connectTimeout().toNanos();
    }

    CompletableFuture<WebSocketTransport> start() {
        Future<?> deadline = loop.schedule(
                (Runnable) () -> result.completeExceptionally(
                        new ConnectionLostException(what + ": not open within " + config.connectTimeout())),
                config.connectTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
        // Also runs when the caller cancels.
        result.whenComplete((opened, failure) -> {
            deadline.cancel(false);
            if (failure != null) {
                loop.execute(this::abandon);
            }
        });
        try {
            lookups.execute(this::lookUp);
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new ConnectionLostException(what + ": no thread for the look-up", e));
        }
        return result;
    }

    private void lookUp() {
        String host = config.proxy().map(ProxyConfig::host).orElse(config.host());
        try {
            List<InetAddress> found = List.of(InetAddress.getAllByName(host));
            loop.execute(() -> {
                addresses.addAll(found);
                tryNextAddress(null);
            });
        } catch (UnknownHostException e) {
            result.completeExceptionally(new ConnectionLostException("no address known for " + host, e));
        }
    }

    private void tryNextAddress(@Nullable Throwable lastFailure) {
        InetAddress address = addresses.poll();
        if (result.isDone()) {
            return;
        }
        if (address == null) {
            result.completeExceptionally(
                    lastFailure == null
                            ? new ConnectionLostException(what + ": no address")
                            : TransportFailures.classify(what, config.proxy().orElse(null), lastFailure));
            return;
        }
        // A dead address must leave time for the others.
        long leftMillis =
                TimeUnit.NANOSECONDS.toMillis(deadlineNanos - loop.ticker().nanoTime()) / (addresses.size() + 1L);
        int timeoutMillis = (int) Math.max(1, Math.min(leftMillis, Integer.MAX_VALUE));
        new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .disableResolver()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(config.lowWaterMark(), config.highWaterMark()))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel opened) {
                        channel = opened;
                        fill(opened.pipeline(), address);
                    }
                })
                .connect(target(address))
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        tryNextAddress(connected.cause());
                    } else if (result.isDone()) {
                        abandon();
                    }
                });
    }

    private SocketAddress target(InetAddress address) {
        return config.proxy().isPresent()
                ? InetSocketAddress.createUnresolved(config.host(), config.port())
                : new InetSocketAddress(address, config.port());
    }

    private void fill(ChannelPipeline pipeline, InetAddress address) {
        config.proxy().ifPresent(proxy -> pipeline.addLast("proxy", proxyHandler(proxy, address)));
        if (config.secure()) {
            SslHandler tls = new SslHandler(config.trust().newClientEngine(config.host(), config.port()));
            // The attempt's own deadline covers it.
            tls.setHandshakeTimeoutMillis(0);
            pipeline.addLast("tls", tls);
        }
        // Stanzas that are written together share a TLS record and a system call.
        pipeline.addLast("flush", new FlushConsolidationHandler(FLUSHES_AT_ONCE, true));
        pipeline.addLast("http", new HttpClientCodec());
        pipeline.addLast(
                "upgrade", new WebSocketUpgrade(config, what, () -> open(pipeline), result::completeExceptionally));
    }

    private static ProxyHandler proxyHandler(ProxyConfig proxy, InetAddress resolved) {
        SocketAddress address = new InetSocketAddress(resolved, proxy.port());
        String username = proxy.username();
        String password = proxy.password();
        ProxyHandler handler;
        if (proxy.kind() == ProxyConfig.Kind.SOCKS5) {
            handler = new Socks5ProxyHandler(address, username, password);
        } else if (username == null || password == null) {
            handler = new HttpProxyHandler(address);
        } else {
            handler = new HttpProxyHandler(address, username, password);
        }
        handler.setConnectTimeoutMillis(0);
        return handler;
    }

    /**
     * Runs inside the read that brought the answer, so that no byte of the server can come before the upper handlers
     * are in place.
     */
    private void open(ChannelPipeline pipeline) {
        WebSocketByteStream bytes = new WebSocketByteStream(config);
        pipeline.replace("upgrade", "bytes", bytes);
        WebSocketTransport transport = new WebSocketTransport(pipeline, bytes);
        try {
            pipeline.addLast(upper);
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
            return;
        }
        if (!result.complete(transport)) {
            pipeline.close();
        }
    }

    private void abandon() {
        if (channel != null) {
            channel.close();
        }
    }
}
