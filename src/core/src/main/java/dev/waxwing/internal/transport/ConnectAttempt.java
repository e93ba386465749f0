package dev.waxwing.internal.transport;

import dev.waxwing.error.ConnectionLostException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioSocketChannel;
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
 * everything together. What is spoken above TCP, proxy and TLS says when the connection is open. All its state belongs
 * to the event loop.
 *
 * @param <T> what an open connection is to its user
 */
final class ConnectAttempt<T> {

    /** What is spoken on the connection. */
    @FunctionalInterface
    interface Protocol<T> {

        /**
         * Adds the protocol's handlers, on the event loop, before the connection is active.
         *
         * @param pipeline holds the handlers of proxy and TLS
         * @param what what is being done, for messages
         * @param opened to be completed once the connection is of use, or with the reason why it is not
         */
        void addTo(ChannelPipeline pipeline, String what, CompletableFuture<T> opened);
    }

    private final TransportConfig config;
    private final EventLoop loop;
    private final Executor lookups;
    private final Protocol<T> protocol;
    private final String what;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final Deque<InetAddress> addresses = new ArrayDeque<>();
    private final long deadlineNanos;
    private @Nullable Channel channel;

    ConnectAttempt(TransportConfig config, EventLoop loop, Executor lookups, Protocol<T> protocol) {
        this.config = config;
        this.loop = loop;
        this.lookups = lookups;
        this.protocol = protocol;
        this.what = "connection to " + config.host() + ":" + config.port();
        this.deadlineNanos = loop.ticker().nanoTime() + config.connectTimeout().toNanos();
    }

    CompletableFuture<T> start() {
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
        protocol.addTo(pipeline, what, result);
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

    private void abandon() {
        if (channel != null) {
            channel.close();
        }
    }
}
