package dev.waxwing.internal.stream;

import dev.waxwing.error.SocketClosedException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks of one key one after another in the order they came, and tasks of different keys in parallel. Queues are bounded; a task over the
 * bound is refused with {@link RejectedExecutionException}. Keys without tasks cost nothing.
 *
 * <p>A key is a lane: a queue that occupies at most one thread of the executor below, and gives it back after some tasks so that a busy chat does
 * not starve the others.
 */
public final class KeyedSerialExecutor {

    private static final Logger LOG = LoggerFactory.getLogger(KeyedSerialExecutor.class);
    private static final int TASKS_PER_TURN = 16;

    private final Executor executor;
    private final int maxPerKey;
    private final int maxInAll;
    private final Object lock = new Object();
    private final Map<Object, Lane> lanes = new HashMap<>();
    private int queued;
    private boolean closed;

    /**
     * Creates one.
     *
     * @param executor runs the lanes
     * @param maxPerKey most tasks waiting under one key, positive
     * @param maxInAll most tasks waiting under all keys together, positive
     */
    public KeyedSerialExecutor(Executor executor, int maxPerKey, int maxInAll) {
        this.executor = Objects.requireNonNull(executor, "executor");
        if (maxPerKey < 1 || maxInAll < 1) {
            throw new IllegalArgumentException("bounds must be positive but were " + maxPerKey + ", " + maxInAll);
        }
        this.maxPerKey = maxPerKey;
        this.maxInAll = maxInAll;
    }

    /**
     * Runs a task after all earlier ones of the same key. What it throws is logged.
     *
     * @param key what to be in order with, for example the address of a chat; needs {@code equals} and {@code hashCode}
     * @param task the task
     * @throws RejectedExecutionException if a bound is reached or this is closed
     */
    public void execute(Object key, Runnable task) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(task, "task");
        Lane started = null;
        synchronized (lock) {
            if (closed) {
                throw new RejectedExecutionException("closed");
            }
            Lane lane = lanes.get(key);
            if (queued >= maxInAll || (lane != null && lane.tasks.size() >= maxPerKey)) {
                throw new RejectedExecutionException("too many tasks waiting: " + queued + " in all, "
                        + (lane == null ? 0 : lane.tasks.size()) + " with this key");
            }
            if (lane == null) {
                lane = new Lane(key);
                lanes.put(key, lane);
                started = lane;
            }
            lane.tasks.add(task);
            queued++;
        }
        if (started != null) {
            start(started);
        }
    }

    /**
     * Runs a task that answers something, after all earlier ones of the same key.
     *
     * @param key what to be in order with
     * @param task the task
     * @param <T> what it answers
     * @return the answer or what the task threw; fails with {@link RejectedExecutionException} if a bound is reached, and with
     *     {@link SocketClosedException} if this is closed
     */
    public <T> CompletableFuture<T> submit(Object key, Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            execute(key, () -> {
                try {
                    result.complete(task.call());
                } catch (Exception | AssertionError e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(isClosed() ? new SocketClosedException("closed", e) : e);
        }
        return result;
    }

    /** Takes no more tasks; those waiting still run. */
    void close() {
        synchronized (lock) {
            closed = true;
        }
    }

    private boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    int waiting() {
        synchronized (lock) {
            return queued;
        }
    }

    private void start(Lane lane) {
        try {
            executor.execute(lane);
        } catch (RejectedExecutionException e) {
            synchronized (lock) {
                queued -= lane.tasks.size();
                lane.tasks.clear();
                lanes.remove(lane.key);
            }
            throw e;
        }
    }

    private final class Lane implements Runnable {

        private final Object key;
        private final Deque<Runnable> tasks = new ArrayDeque<>();

        Lane(Object key) {
            this.key = key;
        }

        @Override
        public void run() {
            for (int i = 0; ; i++) {
                if (i >= TASKS_PER_TURN && handedOver()) {
                    return;
                }
                Runnable task = next();
                if (task == null) {
                    return;
                }
                try {
                    task.run();
                } catch (RuntimeException | Error e) {
                    LOG.error("a task failed", e);
                }
            }
        }

        /** Back to the end of the executor's queue, so that other keys get a turn; goes on here if the executor is shut down. */
        private boolean handedOver() {
            try {
                executor.execute(this);
                return true;
            } catch (RejectedExecutionException e) {
                return false;
            }
        }

        private @Nullable Runnable next() {
            synchronized (lock) {
                Runnable task = tasks.poll();
                if (task == null) {
                    lanes.remove(key);
                } else {
                    queued--;
                }
                return task;
            }
        }
    }
}
