package dev.waxwing.internal.transport.page;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.internal.transport.TlsTrust;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Reads pages over connections of their own. The address is looked up once, judged, and then connected to by number, so
 * that no second look-up can lead elsewhere; each redirect is judged alike.
 */
public final class PageReader {

    private static final int MAX_REDIRECTS = 3;
    private static final int LONGEST_LINE = 8 * 1024;
    private static final int LONGEST_HEAD = 64 * 1024;
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final int CONNECT_MILLIS = 5_000;

    private final EventLoop loop;
    private final Executor lookups;
    private final Predicate<InetAddress> addresses;
    private final boolean anyPort;
    private final TlsTrust trust;

    private PageReader(
            EventLoop loop, Executor lookups, Predicate<InetAddress> addresses, boolean anyPort, TlsTrust trust) {
        this.loop = loop;
        this.lookups = lookups;
        this.addresses = addresses;
        this.anyPort = anyPort;
        this.trust = trust;
    }

    /**
     * Reads from public addresses only.
     *
     * @param loop owns the connections; of an NIO group
     * @param lookups runs the blocking look-ups of names
     * @return a reader
     */
    public static PageReader ofThePublic(EventLoop loop, Executor lookups) {
        return new PageReader(loop, lookups, PublicAddresses::isPublic, false, TlsTrust.platform());
    }

    /**
     * Reads from whatever a test allows.
     *
     * @param loop owns the connections; of an NIO group
     * @param lookups runs the blocking look-ups of names
     * @param alsoAllowed addresses that are allowed beside public ones, at any port
     * @return a reader
     */
    static PageReader allowing(EventLoop loop, Executor lookups, Predicate<InetAddress> alsoAllowed) {
        return new PageReader(loop, lookups, alsoAllowed.or(PublicAddresses::isPublic), true, TlsTrust.platform());
    }

    /**
     * Reads a page.
     *
     * @param request what to read
     * @return completes on the event loop with the page; fails with {@link ConnectionLostException}, whatever is wrong
     *     with it. Cancelling it closes the connection.
     */
    public CompletableFuture<Page> read(PageRequest request) {
        CompletableFuture<Page> result = new CompletableFuture<>();
        Future<?> deadline = loop.schedule(
                (Runnable) () -> result.completeExceptionally(refused("it takes too long")),
                request.timeout().toMillis(),
                TimeUnit.MILLISECONDS);
        result.whenComplete((page, failure) -> deadline.cancel(false));
        follow(request, MAX_REDIRECTS, result);
        return result;
    }

    private void follow(PageRequest request, int redirectsLeft, CompletableFuture<Page> result) {
        URI uri = request.uri();
        if (!isFetchable(uri)) {
            result.completeExceptionally(refused("it is no plain http or https link"));
            return;
        }
        try {
            lookups.execute(() -> {
                try {
                    InetAddress address = judged(uri.getHost());
                    loop.execute(() -> connect(request, address, redirectsLeft, result));
                } catch (UnknownHostException | RuntimeException e) {
                    result.completeExceptionally(new ConnectionLostException("a link leads nowhere it may", e));
                }
            });
        } catch (RuntimeException e) {
            result.completeExceptionally(new ConnectionLostException("no thread for the look-up of a link", e));
        }
    }

    private boolean isFetchable(URI uri) {
        String scheme = schemeOf(uri);
        int port = uri.getPort();
        return (scheme.equals("http") || scheme.equals("https"))
                && uri.getHost() != null
                && uri.getRawUserInfo() == null
                && (anyPort || port == -1 || port == defaultPort(uri));
    }

    private static String schemeOf(URI uri) {
        return Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
    }

    private static int defaultPort(URI uri) {
        return schemeOf(uri).equals("https") ? 443 : 80;
    }

    /** All addresses of a name must be allowed: one that is not shows what the name is for. */
    private InetAddress judged(String host) throws UnknownHostException {
        InetAddress[] found = InetAddress.getAllByName(host);
        for (InetAddress address : found) {
            if (!addresses.test(address)) {
                throw new UnknownHostException("the address is not public");
            }
        }
        return found[0];
    }

    private void connect(PageRequest request, InetAddress address, int redirectsLeft, CompletableFuture<Page> result) {
        if (result.isDone()) {
            return;
        }
        URI uri = request.uri();
        int port = uri.getPort() == -1 ? defaultPort(uri) : uri.getPort();
        CompletableFuture<PageAnswer> answered = new CompletableFuture<>();
        Channel channel = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .disableResolver()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel opened) {
                        if (schemeOf(uri).equals("https")) {
                            opened.pipeline().addLast(new SslHandler(trust.newClientEngine(uri.getHost(), port)));
                        }
                        opened.pipeline().addLast(new HttpClientCodec(LONGEST_LINE, LONGEST_HEAD, CHUNK_BYTES));
                        opened.pipeline().addLast(new PageHandler(request, answered));
                    }
                })
                .connect(new InetSocketAddress(address, port))
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        answered.completeExceptionally(connected.cause());
                    }
                })
                .channel();
        result.whenComplete((page, failure) -> channel.close());
        answered.whenComplete((answer, failure) -> {
            channel.close();
            if (failure != null) {
                result.completeExceptionally(new ConnectionLostException("a link could not be read", failure));
            } else if (answer.redirect().isEmpty()) {
                result.complete(answer.page());
            } else if (redirectsLeft == 0) {
                result.completeExceptionally(refused("it leads on too often"));
            } else {
                redirect(request, answer.redirect().get(), redirectsLeft - 1, result);
            }
        });
    }

    private void redirect(PageRequest request, String location, int redirectsLeft, CompletableFuture<Page> result) {
        try {
            follow(request.at(request.uri().resolve(location)), redirectsLeft, result);
        } catch (IllegalArgumentException e) {
            result.completeExceptionally(new ConnectionLostException("a link leads on to no link", e));
        }
    }

    private static ConnectionLostException refused(String why) {
        return new ConnectionLostException("a link is not read: " + why);
    }
}
