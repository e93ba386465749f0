package dev.waxwing.internal.threads;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads that accounts share, and the only class of the library that starts any: event loops, workers for signal
 * and storage, and listener threads for what the application does with events. They are daemons, start when there is
 * work, and end with the last account that leased them.
 *
 * <p>Every account gets a share of workers and one of listener threads ({@link LimitedExecutor}), so that no account
 * delays another. There are twice as many workers as processors, at least 4. Of listener threads as many run, at least
 * 8; more only while that many listeners block.
 */
public final class SharedThreads {

    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final int WORKERS = Math.max(4, 2 * PROCESSORS);
    private static final int LISTENERS = Math.max(8, 2 * PROCESSORS);
    private static final int WORKERS_PER_ACCOUNT = Math.max(2, Math.min(4, PROCESSORS));
    private static final int LISTENERS_PER_ACCOUNT = 4;
    private static final int CONNECTING_AT_ONCE = 32 * PROCESSORS;

    /** Those of accounts that bring none, while there are such accounts. */
    private static @Nullable SharedThreads current;

    private final EventLoopGroup loops;
    private final boolean ownsLoops;
    private final Executor workers;
    private final @Nullable ThreadPoolExecutor workerPool;
    private final Executor listeners;
    private final @Nullable ThreadPoolExecutor listenerPool;
    private final AsyncSemaphore connecting = newConnecting();
    private int users = 1;

    private SharedThreads(
            @Nullable EventLoopGroup givenLoops, @Nullable Executor givenWorkers, @Nullable Executor givenListeners) {
        ownsLoops = givenLoops == null;
        loops = givenLoops == null ? newLoops() : givenLoops;
        if (givenWorkers == null) {
            ThreadPoolExecutor pool = newWorkers();
            workerPool = pool;
            workers = pool;
        } else {
            workerPool = null;
            workers = givenWorkers;
        }
        if (givenListeners == null) {
            ThreadPoolExecutor pool = newListeners();
            listenerPool = pool;
            listeners = new LimitedExecutor(pool, LISTENERS, this::afterOnAnyLoop);
        } else {
            listenerPool = null;
            listeners = givenListeners;
        }
    }

    /**
     * Threads for whoever holds them, who must {@link #release} them.
     *
     * @param loops event loops with NIO transport; null for new ones
     * @param workers runs signal and storage; null for a new pool
     * @param listeners runs listeners; null for a new pool
     * @return new threads; what was given is never closed
     */
    public static SharedThreads create(
            @Nullable EventLoopGroup loops, @Nullable Executor workers, @Nullable Executor listeners) {
        return new SharedThreads(loops, workers, listeners);
    }

    /**
     * The threads of those who bring none, started for the first and ended with the last.
     *
     * @return threads, to be released
     */
    static SharedThreads leaseDefault() {
        synchronized (SharedThreads.class) {
            if (current != null) {
                return current.lease();
            }
            current = new SharedThreads(null, null, null);
            return current;
        }
    }

    /**
     * One more holder.
     *
     * @return these threads, to be released once more
     * @throws IllegalStateException if all holders have released them
     */
    SharedThreads lease() {
        synchronized (SharedThreads.class) {
            if (users == 0) {
                throw new IllegalStateException("the shared threads have ended: their runtime was closed");
            }
            users++;
            return this;
        }
    }

    /** One holder less; the last ends the threads, after what they were given. */
    public void release() {
        synchronized (SharedThreads.class) {
            users--;
            if (users > 0) {
                return;
            }
            if (current == this) {
                current = null;
            }
        }
        if (workerPool != null) {
            workerPool.shutdown();
        }
        if (listenerPool != null) {
            listenerPool.shutdown();
        }
        if (ownsLoops) {
            // No quiet period: every task of every account has been called off or has run.
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        }
    }

    /**
     * How many accounts shake hands at a time: when all lose their connections at once, they come back one after
     * another.
     */
    AsyncSemaphore connecting() {
        return connecting;
    }

    static AsyncSemaphore newConnecting() {
        return new AsyncSemaphore(CONNECTING_AT_ONCE);
    }

    EventLoop nextLoop() {
        return loops.next();
    }

    /** An account's share of the workers. */
    LimitedExecutor workersOfAccount() {
        return new LimitedExecutor(workers, WORKERS_PER_ACCOUNT, null);
    }

    /** An account's share of the listener threads. */
    LimitedExecutor listenersOfAccount() {
        return new LimitedExecutor(listeners, LISTENERS_PER_ACCOUNT, this::afterOnAnyLoop);
    }

    private void afterOnAnyLoop(Duration pause, Runnable task) {
        loops.next().schedule(task, pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static EventLoopGroup newLoops() {
        return new MultiThreadIoEventLoopGroup(
                Math.max(1, PROCESSORS), new DefaultThreadFactory("waxwing-loop", true), NioIoHandler.newFactory());
    }

    private static ThreadPoolExecutor newWorkers() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                WORKERS,
                WORKERS,
                IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory("waxwing-work", true));
        // Idle accounts keep no thread.
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Has as many threads as it has tasks, which are counted before they come here. */
    private static ThreadPoolExecutor newListeners() {
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new SynchronousQueue<>(),
                new DefaultThreadFactory("waxwing-listener", true));
    }
}
