package dev.waxwing.internal.threads;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one place that knows threads. Each account has one event loop, which owns its connection, frames, counters, stanzas and state and never blocks,
 * and an executor for what may block: signal, storage, listeners. Nothing else in the library starts a thread.
 *
 * <p>Event loops are shared by all accounts of the process, unless the application brings its own; the last account closed ends them. All threads are
 * daemons.
 */
public final class AccountThreads implements AutoCloseable {

    private static final Duration IDLE = Duration.ofSeconds(10);

    private final @Nullable SharedLoops lease;
    private final EventLoop loop;
    private final Executor executor;
    private final @Nullable ThreadPoolExecutor ownPool;
    private final @Nullable ThreadPoolExecutor listenerPool;
    private final KeyedSerialExecutor work;
    private final LoopTimer timer = new NettyTimer();
    private boolean closed;

    private AccountThreads(Builder builder) {
        if (builder.loops == null) {
            lease = SharedLoops.lease();
            loop = lease.group.next();
        } else {
            lease = null;
            loop = builder.loops.next();
        }
        if (builder.executor == null) {
            ownPool = newPool();
            listenerPool = newListenerPool();
            executor = ownPool;
        } else {
            ownPool = null;
            listenerPool = null;
            executor = builder.executor;
        }
        work = new KeyedSerialExecutor(executor, builder.maxPerKey, builder.maxInAll);
    }

    /**
     * Shared event loops and an executor of the account's own.
     *
     * @return new threads, to be closed
     */
    public static AccountThreads create() {
        return builder().build();
    }

    /**
     * Starts from the defaults named at each setter.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The loop that owns the account's connections.
     *
     * @return the loop
     */
    public EventLoop loop() {
        return loop;
    }

    /**
     * Time as the event loop sees it.
     *
     * @return the timer
     */
    public LoopTimer timer() {
        return timer;
    }

    /**
     * Whether this is the account's event loop.
     *
     * @return true if called on it
     */
    public boolean inLoop() {
        return loop.inEventLoop();
    }

    /** Checks, with assertions on, that this is the account's event loop. */
    public void assertOnLoop() {
        assert loop.inEventLoop() : Thread.currentThread().getName();
    }

    /**
     * Runs a task on the event loop later, also if called there.
     *
     * @param task the task, which must not block
     * @throws RejectedExecutionException if the loop is shut down
     */
    public void onLoop(Runnable task) {
        loop.execute(task);
    }

    /**
     * Runs a task on the event loop after a delay.
     *
     * @param delay how long to wait
     * @param task the task, which must not block
     * @return calls it off
     */
    public Cancellable after(Duration delay, Runnable task) {
        Future<?> scheduled = loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    /**
     * The account's executor, for what may block; tasks given to it directly have no order.
     *
     * @return the executor
     */
    public Executor executor() {
        return executor;
    }

    /**
     * Runs the application's listeners, which may block for as long as they like, on what the account itself does among other things: with an
     * executor of the library's own they have threads of their own, as many as there are listeners at work.
     *
     * @return the application's executor, if it gave one
     */
    public Executor listeners() {
        return listenerPool == null ? executor : listenerPool;
    }

    /**
     * The account's executor, in order within a key.
     *
     * @return the executor
     */
    public KeyedSerialExecutor work() {
        return work;
    }

    /** Takes no more work; what waits still runs, then the threads end. The application's own loops and executor are left alone. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        work.close();
        if (ownPool != null) {
            ownPool.shutdown();
        }
        if (listenerPool != null) {
            listenerPool.shutdown();
        }
        if (lease != null) {
            lease.release();
        }
    }

    private static ThreadPoolExecutor newPool() {
        int threads = Math.max(2, Math.min(4, Runtime.getRuntime().availableProcessors()));
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory("waxwing-work", true));
        // An idle account keeps no thread.
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Grows with the listeners that are called at the same time: each is called by one thread at most. */
    private static ThreadPoolExecutor newListenerPool() {
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new SynchronousQueue<>(),
                new DefaultThreadFactory("waxwing-listener", true));
    }

    /** Time by the account's event loop. */
    private final class NettyTimer implements LoopTimer {

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }

        @Override
        public Cancellable after(Duration delay, Runnable task) {
            return AccountThreads.this.after(delay, task);
        }

        @Override
        public boolean run(Runnable task) {
            if (loop.inEventLoop()) {
                task.run();
                return true;
            }
            try {
                loop.execute(task);
                return true;
            } catch (RejectedExecutionException e) {
                return false;
            }
        }
    }

    /** The process's event loops, started by the first account and ended by the last. */
    private static final class SharedLoops {

        private static @Nullable SharedLoops current;

        private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                Math.max(1, Runtime.getRuntime().availableProcessors()),
                new DefaultThreadFactory("waxwing-loop", true),
                NioIoHandler.newFactory());
        private int users;

        static synchronized SharedLoops lease() {
            if (current == null) {
                current = new SharedLoops();
            }
            current.users++;
            return current;
        }

        void release() {
            synchronized (SharedLoops.class) {
                users--;
                if (users > 0) {
                    return;
                }
                if (current == this) {
                    current = null;
                }
            }
            // No quiet period: every task of every account has been called off or has run.
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        }
    }

    /** Builds {@link AccountThreads}; not safe for use by several threads. */
    public static final class Builder {

        private @Nullable EventLoopGroup loops;
        private @Nullable Executor executor;
        private int maxPerKey = 10_000;
        private int maxInAll = 50_000;

        private Builder() {}

        /**
         * Event loops of the application, with NIO transport; they are not closed. Default: shared ones of the library.
         *
         * @param loops the group
         * @return this builder
         */
        public Builder eventLoops(EventLoopGroup loops) {
            this.loops = Objects.requireNonNull(loops, "loops");
            return this;
        }

        /**
         * An executor of the application for what may block; it is not closed. Default: two to four daemon threads of the account's own, which end
         * when idle for 10 s, and beside them one for each listener at work.
         *
         * @param executor the executor; must run tasks on other threads than the caller's
         * @return this builder
         */
        public Builder executor(Executor executor) {
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /**
         * Bounds of the queues. Default 10,000 tasks a key, 50,000 in all.
         *
         * @param perKey most tasks waiting under one key, positive
         * @param inAll most tasks waiting in all, positive
         * @return this builder
         */
        public Builder queueBounds(int perKey, int inAll) {
            if (perKey < 1 || inAll < 1) {
                throw new IllegalArgumentException("bounds must be positive but were " + perKey + ", " + inAll);
            }
            this.maxPerKey = perKey;
            this.maxInAll = inAll;
            return this;
        }

        /**
         * Leases or takes the threads.
         *
         * @return new threads, to be closed
         */
        public AccountThreads build() {
            return new AccountThreads(this);
        }
    }
}
