package dev.waxwing.internal.threads;

import dev.waxwing.error.SocketClosedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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

    /** More items in one go would hold up the other keys, and whoever waits for the first of them. */
    private static final int MOST_TOGETHER = 32;

    /**
     * Work that costs little more for several items than for one, such as a transaction.
     *
     * @param <I> an item
     * @param <T> what becomes of an item
     */
    @FunctionalInterface
    public interface Together<I, T> {

        /**
         * Works on items that came one behind the other.
         *
         * @param items in the order they came, at least one
         * @return a stage for each item, in the same order
         */
        List<? extends CompletionStage<T>> run(List<I> items);
    }

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
        Objects.requireNonNull(task, "task");
        enqueue(key, new Single(task));
    }

    private void enqueue(Object key, Task task) {
        Objects.requireNonNull(key, "key");
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

    /**
     * Runs work for an item after all earlier tasks of the same key. Items that have to wait one behind the other for the same work
     * are given to it together, at most 32.
     *
     * @param key what to be in order with
     * @param item the item
     * @param work the work: the same object for the items it may take together
     * @param <I> an item
     * @param <T> what becomes of an item
     * @return what became of the item, or what the work threw; fails as {@link #submit} does
     */
    public <I, T> CompletableFuture<T> submitTogether(Object key, I item, Together<I, T> work) {
        Shared<I, T> task = new Shared<>(Objects.requireNonNull(item, "item"), Objects.requireNonNull(work, "work"));
        try {
            enqueue(key, task);
        } catch (RejectedExecutionException e) {
            task.result.completeExceptionally(isClosed() ? new SocketClosedException("closed", e) : e);
        }
        return task.result;
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
        private final Deque<Task> tasks = new ArrayDeque<>();

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
                Task first = tasks.poll();
                if (first == null) {
                    lanes.remove(key);
                    return null;
                }
                List<Task> following = new ArrayList<>();
                for (Task next = tasks.peek();
                        next != null && following.size() < MOST_TOGETHER - 1 && first.sharesWith(next);
                        next = tasks.peek()) {
                    following.add(tasks.remove());
                }
                queued -= 1 + following.size();
                return () -> first.run(following);
            }
        }
    }

    private interface Task {

        boolean sharesWith(Task next);

        /** Runs this task and those behind it that it shares its work with. */
        void run(List<Task> following);
    }

    private record Single(Runnable task) implements Task {

        @Override
        public boolean sharesWith(Task next) {
            return false;
        }

        @Override
        public void run(List<Task> following) {
            task.run();
        }
    }

    private static final class Shared<I, T> implements Task {

        private final I item;
        private final Together<I, T> work;
        private final CompletableFuture<T> result = new CompletableFuture<>();

        Shared(I item, Together<I, T> work) {
            this.item = item;
            this.work = work;
        }

        @Override
        public boolean sharesWith(Task next) {
            return next instanceof Shared<?, ?> shared && shared.work == work;
        }

        @Override
        public void run(List<Task> following) {
            List<Shared<I, T>> all = new ArrayList<>(following.size() + 1);
            all.add(this);
            following.forEach(next -> all.add(same(next)));
            try {
                List<? extends CompletionStage<T>> stages =
                        work.run(all.stream().map(shared -> shared.item).toList());
                for (int i = 0; i < all.size(); i++) {
                    all.get(i).follow(stages.get(i));
                }
            } catch (RuntimeException | Error e) {
                all.forEach(shared -> shared.result.completeExceptionally(e));
            }
        }

        private void follow(CompletionStage<T> stage) {
            stage.whenComplete((done, failure) -> {
                if (failure == null) {
                    result.complete(done);
                } else {
                    result.completeExceptionally(failure);
                }
            });
        }

        /** The same work takes the same items. */
        @SuppressWarnings("unchecked")
        private Shared<I, T> same(Task next) {
            return (Shared<I, T>) next;
        }
    }
}
