package dev.waxwing.testkit.server;

import dev.waxwing.testkit.http.Listeners;
import dev.waxwing.testkit.http.TlsIdentity;
import dev.waxwing.testkit.state.ServerSettings;
import dev.waxwing.testkit.state.ServerThread;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A running server: its thread, its listeners and its world. */
public final class ServerCore implements AutoCloseable {

    private static final long CLOSE_TIMEOUT_SECONDS = 10;

    private final IoEventLoopGroup group;
    private final World world;
    private final TlsIdentity tls;
    private final Listeners transport;
    private final int port;
    private final int cleartextPort;
    private volatile @Nullable Thread thread;

    private ServerCore(ServerSettings settings, List<ServerArea> areas) {
        this.tls = TlsIdentity.generate(settings.extraNames());
        ThreadFactory threads = new DefaultThreadFactory("waxwing-loopback", true);
        this.group = new MultiThreadIoEventLoopGroup(
                1,
                task -> {
                    thread = threads.newThread(task);
                    return thread;
                },
                NioIoHandler.newFactory());
        ServerState state = new ServerState(new ServerThread(group.next()), settings);
        this.world = new World(state, tls);
        this.transport = new Listeners(
                group,
                settings.maxBodyBytes(),
                state.handlers()::answer,
                state.handlers()::open,
                world.faults()::takeUpgrade,
                world.connections()::accept);
        try {
            world.ask(() -> {
                new LinkArea().register(state.handlers(), world);
                areas.forEach(area -> area.register(state.handlers(), world));
                return true;
            });
            this.port = transport.listen(settings.port(), tls.context());
            this.cleartextPort = transport.listen(settings.cleartextPort(), null);
            world.tell(() -> world.listensOn(port));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts a server; it accepts clients when this returns.
     *
     * @param settings how it behaves
     * @param areas of the service that it offers
     * @return the server, to be closed
     * @throws java.io.UncheckedIOException if it cannot listen
     */
    public static ServerCore start(ServerSettings settings, List<ServerArea> areas) {
        return new ServerCore(settings, areas);
    }

    /**
     * Its state.
     *
     * @return the world
     */
    public World world() {
        return world;
    }

    /**
     * Where it listens by TLS.
     *
     * @return the port
     */
    public int port() {
        return port;
    }

    /**
     * Where it listens without TLS.
     *
     * @return the port
     */
    public int cleartextPort() {
        return cleartextPort;
    }

    /**
     * What the client's TLS must trust.
     *
     * @return the certificate authority
     */
    public X509Certificate caCertificate() {
        return tls.authority();
    }

    /** Closes every socket and ends the thread. Waits for both unless called on the server's own thread. */
    @Override
    public void close() {
        boolean inside = group.next().inEventLoop();
        if (group.isShuttingDown()) {
            return;
        }
        world.tell(world.journal()::close);
        transport.close(!inside);
        group.shutdownGracefully(0, CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        if (!inside) {
            awaitEnd();
        }
    }

    private void awaitEnd() {
        try {
            if (!group.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the server's thread did not end");
            }
            // The group says so a moment before its thread is gone.
            Thread last = thread;
            if (last != null) {
                last.join(TimeUnit.SECONDS.toMillis(CLOSE_TIMEOUT_SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
