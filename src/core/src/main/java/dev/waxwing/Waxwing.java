package dev.waxwing;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.device.SharedUserDevices;
import dev.waxwing.internal.threads.SharedThreads;
import io.netty.channel.EventLoopGroup;
import java.lang.ref.WeakReference;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The threads that many sockets share, and the memory in which they keep device lists. Sockets that name none share one
 * of the library's own, which starts with the first of them and ends with the last; an application needs this class
 * only to bring threads of its own, or to keep some sockets apart from others.
 *
 * <p>Every socket gets a limited share of the workers, which encrypt and store, and of the listener threads, which call
 * what the application subscribed: a socket that is flooded, or whose listeners block, delays no other. How many
 * threads there are does not depend on how many sockets there are, unless listeners block; see {@code docs/scaling.md}.
 *
 * <pre>{@code
 * try (Waxwing runtime = Waxwing.builder().build()) {
 *     Socket first = Socket.connect(SocketConfig.builder().store(one).runtime(runtime).build());
 *     Socket second = Socket.connect(SocketConfig.builder().store(two).runtime(runtime).build());
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class Waxwing implements AutoCloseable {

    private static final int DEVICE_LISTS = 100_000;

    /** Of the sockets that name no runtime; goes with the last of them. */
    private static WeakReference<SharedUserDevices> defaultUserDevices = new WeakReference<>(null);

    private final SharedThreads threads;
    private final SharedUserDevices userDevices;
    private boolean closed;

    private Waxwing(Builder builder) {
        userDevices = new SharedUserDevices(builder.deviceLists);
        threads = SharedThreads.create(builder.eventLoops, builder.workers, builder.listeners);
    }

    /**
     * Starts from the defaults named at each setter.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    SharedThreads threads() {
        return threads;
    }

    /** Where a socket that brings no cache keeps device lists. */
    static SharedUserDevices userDevicesOf(@Nullable Waxwing runtime) {
        return runtime == null ? defaultUserDevices() : runtime.userDevices;
    }

    private static SharedUserDevices defaultUserDevices() {
        synchronized (Waxwing.class) {
            SharedUserDevices current = defaultUserDevices.get();
            if (current == null) {
                current = new SharedUserDevices(DEVICE_LISTS);
                defaultUserDevices = new WeakReference<>(current);
            }
            return current;
        }
    }

    /**
     * Takes no more sockets. Those that are open go on, and the threads end with the last of them. What the application
     * brought is left alone. Closing twice is harmless.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        threads.release();
    }

    /** Builds a {@link Waxwing}; not safe for use by several threads. */
    public static final class Builder {

        private @Nullable EventLoopGroup eventLoops;
        private @Nullable Executor workers;
        private @Nullable Executor listeners;
        private int deviceLists = DEVICE_LISTS;

        private Builder() {}

        /**
         * Event loops, which own the connections and never block. Default: one for each processor.
         *
         * @param loops Netty's, with NIO transport; not closed by the library
         * @return this builder
         */
        public Builder eventLoops(EventLoopGroup loops) {
            this.eventLoops = requireNonNull(loops, "loops");
            return this;
        }

        /**
         * Runs encryption and storage. Default: twice as many daemon threads as there are processors, at least 4, which
         * end when idle for 10 s.
         *
         * @param workers an executor with threads of its own, not closed by the library; at least 4, if the store waits
         *     for a network
         * @return this builder
         */
        public Builder workers(Executor workers) {
            this.workers = requireNonNull(workers, "workers");
            return this;
        }

        /**
         * Calls the application's listeners, which may block. Default: twice as many daemon threads as there are
         * processors, at least 8, and more while that many listeners block; they end when idle for 10 s. On Java 21 and
         * later virtual threads fit well: {@code Executors.newVirtualThreadPerTaskExecutor()}.
         *
         * @param listeners an executor with threads of its own, not closed by the library
         * @return this builder
         */
        public Builder listeners(Executor listeners) {
            this.listeners = requireNonNull(listeners, "listeners");
            return this;
        }

        /**
         * How many device lists are remembered for all sockets together, each for its own socket alone; those used
         * least go first. A list that is gone costs one question to the server. Default 100,000. Without meaning for
         * sockets with a {@linkplain SendingConfig#userDevicesCache(dev.waxwing.store.UserDevicesCache) cache of the
         * application's own}.
         *
         * @param most positive
         * @return this builder
         */
        public Builder userDevicesCacheSize(int most) {
            if (most < 1) {
                throw new IllegalArgumentException("userDevicesCacheSize must be positive but was " + most);
            }
            this.deviceLists = most;
            return this;
        }

        /**
         * Makes the runtime; its threads start when there is work.
         *
         * @return a new runtime, to be closed
         */
        public Waxwing build() {
            return new Waxwing(this);
        }
    }
}
