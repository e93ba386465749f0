package dev.waxwing.internal.threads;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one account, as the rest of the library sees them. Each account has one event loop, which owns its
 * connection, frames, counters, stanzas and state and never blocks; an executor for what may block, signal and storage;
 * and one for listeners.
 *
 * <p>All of them are shares of {@link SharedThreads}, unless the application brings its own.
 */
public final class AccountThreads implements AutoCloseable {

    private final @Nullable SharedThreads lease;
    private final EventLoop loop;
    private final Executor executor;
    private final @Nullable LimitedExecutor ownExecutor;
    private final Executor listeners;
    private final @Nullable LimitedExecutor ownListeners;
    private final KeyedLanes work;
    private final LoopTimer timer;
    private final AsyncSemaphore connecting;
    private boolean closed;

    private AccountThreads(Builder builder) {
        SharedThreads threads = builder.leases() ? builder.lease() : null;
        lease = threads;
        loop = builder.loops == null ? Objects.requireNonNull(threads).nextLoop() : builder.loops.next();
        ownExecutor = builder.executor == null ? Objects.requireNonNull(threads).workersOfAccount() : null;
        executor = builder.executor == null ? Objects.requireNonNull(ownExecutor) : builder.executor;
        ownListeners =
                builder.listeners == null ? Objects.requireNonNull(threads).listenersOfAccount() : null;
        listeners = builder.listeners == null ? Objects.requireNonNull(ownListeners) : builder.listeners;
        timer = builder.timer == null ? new NettyTimer() : builder.timer;
        connecting = builder.connecting != null
                ? builder.connecting
                : threads != null ? threads.connecting() : SharedThreads.newConnecting();
        work = new KeyedLanes(executor, builder.maxPerKey, builder.maxInAll);
    }

    /**
     * A share of the threads of all accounts that bring none.
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
     * Time as the account sees it.
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
        return timer.after(delay, task);
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
     * The account's executor, for what goes on when a stage has completed: at once where that is on one of the
     * executor's threads already, since to hand over to another costs more than most of what follows. Holds no lock of
     * the library's then; what submits many tasks after each other takes {@link #executor()}.
     *
     * @return the executor
     */
    public Executor continuations() {
        return this::goOn;
    }

    /**
     * The account's executor, for what follows from the task that the calling thread runs: on that thread, once the
     * task has ended, which saves the way to another. Not for what the task waits for.
     *
     * @return the executor
     */
    public Executor followUps() {
        return ownExecutor != null ? ownExecutor::executeNext : executor;
    }

    /**
     * Runs the application's listeners, which may block for as long as they like: on other threads than what the
     * account itself does.
     *
     * @return the executor
     */
    public Executor listeners() {
        return listeners;
    }

    /**
     * The account's executor, in order within a key: what came from one chat or person is handled in the lane of its
     * address.
     *
     * @return the lanes
     */
    public KeyedLanes work() {
        return work;
    }

    /**
     * Lets an account in that wants to connect, for as long as it shakes hands: so that the handshakes of many accounts
     * do not make each other so slow that all take too long.
     *
     * @return permits, shared as the threads are
     */
    public AsyncSemaphore connecting() {
        return connecting;
    }

    /**
     * The one way out for futures that the application gets: it completes on the account's executor, never on an event
     * loop or a timer, so that whoever blocks in what hangs on it stops no other account; and it fails with what went
     * wrong itself.
     *
     * @param inner a future of the library; cancelled if the application cancels its own
     * @param <T> what it answers
     * @return the application's
     */
    public <T> CompletableFuture<T> handOut(CompletableFuture<T> inner) {
        CompletableFuture<T> outer = new CompletableFuture<>();
        if (inner.isDone()) {
            inner.whenComplete((value, failure) -> complete(outer, value, failure));
            return outer;
        }
        inner.whenComplete((value, failure) -> completeOnExecutor(() -> complete(outer, value, failure)));
        outer.whenComplete((value, failure) -> {
            if (outer.isCancelled()) {
                inner.cancel(false);
            }
        });
        return outer;
    }

    private static <T> void complete(CompletableFuture<T> outer, T value, @Nullable Throwable failure) {
        if (failure == null) {
            outer.complete(value);
        } else {
            outer.completeExceptionally(Failures.unwrap(failure));
        }
    }

    private void goOn(Runnable task) {
        if (ownExecutor != null && ownExecutor.isRunningHere()) {
            task.run();
        } else {
            executor.execute(task);
        }
    }

    /** There too if there is no executor any more, because somebody waits. */
    private void completeOnExecutor(Runnable task) {
        try {
            goOn(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    /** Takes no more work; what waits still runs. What the application brought is left alone. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        work.close();
        if (ownExecutor != null) {
            ownExecutor.close();
        }
        if (ownListeners != null) {
            ownListeners.close();
        }
        if (lease != null) {
            lease.release();
        }
    }

    /** Time by the account's event loop. */
    private final class NettyTimer implements LoopTimer, LoopAlarms.Loop {

        private final LoopAlarms alarms =
                new LoopAlarms(this, () -> loop.ticker().nanoTime());

        @Override
        public long nanoTime() {
            return SystemTime.nanoTime();
        }

        @Override
        public long wallMillis() {
            return SystemTime.wallMillis();
        }

        @Override
        public Cancellable after(Duration delay, Runnable task) {
            return alarms.after(delay.toNanos(), task);
        }

        @Override
        public Cancellable schedule(Runnable task, long nanos) {
            Future<?> scheduled = loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        }

        @Override
        public boolean isShutDown() {
            return loop.isShutdown();
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

    /** Builds {@link AccountThreads}; not safe for use by several threads. */
    public static final class Builder {

        private @Nullable SharedThreads shared;
        private @Nullable EventLoopGroup loops;
        private @Nullable Executor executor;
        private @Nullable Executor listeners;
        private @Nullable LoopTimer timer;
        private @Nullable AsyncSemaphore connecting;
        private int maxPerKey = 10_000;
        private int maxInAll = 50_000;

        private Builder() {}

        /**
         * Whose threads the account shares. Default: those of all accounts that name none.
         *
         * @param shared the threads
         * @return this builder
         */
        public Builder shared(SharedThreads shared) {
            this.shared = Objects.requireNonNull(shared, "shared");
            return this;
        }

        /**
         * Event loops of the application, with NIO transport; they are not closed. Default: shared ones.
         *
         * @param loops the group
         * @return this builder
         */
        public Builder eventLoops(EventLoopGroup loops) {
            this.loops = Objects.requireNonNull(loops, "loops");
            return this;
        }

        /**
         * An executor of the application for what may block; it is not closed. Default: a share of the shared workers.
         *
         * @param executor the executor; must run tasks on other threads than the caller's
         * @return this builder
         */
        public Builder executor(Executor executor) {
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /**
         * An executor of the application for its listeners; it is not closed. Default: a share of the shared listener
         * threads.
         *
         * @param listeners the executor
         * @return this builder
         */
        public Builder listeners(Executor listeners) {
            this.listeners = Objects.requireNonNull(listeners, "listeners");
            return this;
        }

        /**
         * Another time. Default: that of the event loop.
         *
         * @param timer the timer
         * @return this builder
         */
        public Builder timer(LoopTimer timer) {
            this.timer = Objects.requireNonNull(timer, "timer");
            return this;
        }

        /**
         * Other permits to connect. Default: those of all accounts that share threads.
         *
         * @param permits the permits
         * @return this builder
         */
        public Builder connecting(AsyncSemaphore permits) {
            this.connecting = Objects.requireNonNull(permits, "permits");
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

        private boolean leases() {
            return loops == null || executor == null || listeners == null;
        }

        private SharedThreads lease() {
            return shared == null ? SharedThreads.leaseDefault() : shared.lease();
        }
    }
}
