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
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queues by key over an executor: what is submitted under one key is worked on one after another in the order it came,
 * what is submitted under different keys in parallel. Items that wait behind one another for the same {@link Work} are
 * given to it together, so that a lane under load shares its transactions, while an idle one waits for nobody.
 *
 * <p>A lane is the queue of one key. It occupies at most one thread of the executor, none while its work waits for the
 * network, and gives the thread back after some runs, so that a busy key does not starve the others. Keys without items
 * cost nothing.
 *
 * <p>Queues are bounded. An item over a bound is refused, as are items that the executor refuses and those that come
 * after {@link #close()}; whoever submitted a refused item is told in every case. Thread-safe.
 */
public final class KeyedLanes {

    private static final Logger LOG = LoggerFactory.getLogger(KeyedLanes.class);
    private static final int RUNS_PER_TURN = 16;
    private static final CompletableFuture<?> DONE = CompletableFuture.completedFuture(null);

    private static final Work<Runnable> RUN =
            Work.blocking(1, tasks -> tasks.get(0).run(), (task, failure) -> LOG.error("a task failed", failure));

    private static final Work<Answering<?>> ANSWER =
            Work.waiting(1, tasks -> tasks.get(0).start(), (task, failure) -> task.fail(failure));

    private final Executor executor;
    private final int maxPerKey;
    private final int maxInAll;
    private final Object lock = new Object();
    private final Map<Object, Lane> lanes = new HashMap<>();
    private int queued;
    private boolean closed;

    /**
     * Creates lanes without items.
     *
     * @param executor runs the lanes
     * @param maxPerKey most items waiting under one key, positive
     * @param maxInAll most items waiting under all keys together, positive
     */
    public KeyedLanes(Executor executor, int maxPerKey, int maxInAll) {
        this.executor = Objects.requireNonNull(executor, "executor");
        if (maxPerKey < 1 || maxInAll < 1) {
            throw new IllegalArgumentException("bounds must be positive but were " + maxPerKey + ", " + maxInAll);
        }
        this.maxPerKey = maxPerKey;
        this.maxInAll = maxInAll;
    }

    /**
     * Runs a task after everything submitted earlier under the same key. What it throws is logged.
     *
     * @param key what to be in order with, for example the address of a chat; needs {@code equals} and {@code hashCode}
     * @param task the task
     * @throws RejectedExecutionException if the task is refused
     */
    public void execute(Object key, Runnable task) {
        RejectedExecutionException refusal = enqueue(key, new Entry<>(RUN, Objects.requireNonNull(task, "task")));
        if (refusal != null) {
            throw refusal;
        }
    }

    /**
     * Runs a task that answers something, after everything submitted earlier under the same key.
     *
     * @param key what to be in order with
     * @param task the task
     * @param <T> what it answers
     * @return the answer or what the task threw; fails with {@link RejectedExecutionException} if the task is refused,
     *     and with {@link SocketClosedException} if this is closed
     */
    public <T> CompletableFuture<T> submit(Object key, Callable<T> task) {
        Objects.requireNonNull(task, "task");
        return submitStage(key, () -> {
            try {
                return CompletableFuture.completedFuture(task.call());
            } catch (Exception e) {
                return CompletableFuture.failedFuture(e);
            }
        });
    }

    /**
     * Starts a task after everything submitted earlier under the same key has ended. What is submitted later waits
     * until the stage that the task returns has completed.
     *
     * @param key what to be in order with
     * @param task the task
     * @param <T> what its stage answers
     * @return the answer, or what the task threw or its stage failed with, unwrapped; fails as {@link #submit(Object,
     *     Callable)} does if the task is refused
     */
    public <T> CompletableFuture<T> submitStage(Object key, Supplier<? extends CompletionStage<T>> task) {
        Answering<T> answering = new Answering<>(Objects.requireNonNull(task, "task"));
        submit(key, answering, ANSWER);
        return answering.result;
    }

    /**
     * Puts an item at the end of a lane. Returns at once. If it is refused, the work's {@code failed} hears of it in
     * this call, with {@link SocketClosedException} if this is closed, otherwise with {@link
     * RejectedExecutionException}.
     *
     * @param key what to be in order with
     * @param item the item
     * @param work what is done with it: the same object for items that may be worked on together
     * @param <I> the type of the item
     */
    public <I> void submit(Object key, I item, Work<? super I> work) {
        Entry<? super I> entry = new Entry<>(work, Objects.requireNonNull(item, "item"));
        RejectedExecutionException refusal = enqueue(key, entry);
        if (refusal != null) {
            entry.fail(isClosed() ? new SocketClosedException("closed", refusal) : refusal);
        }
    }

    /**
     * Whether something waits under a key or is being worked on.
     *
     * @param key the key
     * @return true if so, at this moment
     */
    public boolean isBusy(Object key) {
        synchronized (lock) {
            return lanes.containsKey(key);
        }
    }

    /** Takes no more items; those waiting are still worked on. */
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

    /** Answers why the entry is refused, null if it is not. */
    private @Nullable RejectedExecutionException enqueue(Object key, Entry<?> entry) {
        Objects.requireNonNull(key, "key");
        Lane started = null;
        synchronized (lock) {
            if (closed) {
                return new RejectedExecutionException("closed");
            }
            Lane lane = lanes.get(key);
            if (queued >= maxInAll || (lane != null && lane.entries.size() >= maxPerKey)) {
                return new RejectedExecutionException("too many items waiting: " + queued + " in all, "
                        + (lane == null ? 0 : lane.entries.size()) + " under this key");
            }
            if (lane == null) {
                lane = new Lane(key);
                lanes.put(key, lane);
                started = lane;
            }
            lane.entries.add(entry);
            queued++;
        }
        if (started == null) {
            return null;
        }
        try {
            executor.execute(started);
            return null;
        } catch (RejectedExecutionException e) {
            List<Entry<?>> refused = started.takeAll();
            // Others may have come behind it meanwhile.
            refused.stream().filter(other -> other != entry).forEach(other -> other.fail(e));
            return refused.contains(entry) ? e : null;
        }
    }

    private final class Lane implements Runnable {

        private final Object key;
        private final Deque<Entry<?>> entries = new ArrayDeque<>();

        Lane(Object key) {
            this.key = key;
        }

        @Override
        public void run() {
            for (int runs = 0; ; runs++) {
                if (runs >= RUNS_PER_TURN && isHandedOver()) {
                    return;
                }
                List<Entry<?>> batch = next();
                if (batch.isEmpty()) {
                    return;
                }
                CompletableFuture<?> ended = Entry.start(batch);
                if (!ended.isDone()) {
                    ended.thenRun(this::goOn);
                    return;
                }
            }
        }

        /**
         * Back to the end of the executor's queue, so that other keys get a turn; goes on here if the executor is shut
         * down.
         */
        private boolean isHandedOver() {
            try {
                executor.execute(this);
                return true;
            } catch (RejectedExecutionException e) {
                return false;
            }
        }

        /** On the executor, since a stage completes anywhere, an event loop too. */
        private void goOn() {
            try {
                executor.execute(this);
            } catch (RejectedExecutionException e) {
                takeAll().forEach(entry -> entry.fail(e));
            }
        }

        /**
         * The first entry and those behind it that may be worked on with it; none if the lane is empty, and then it is
         * gone.
         */
        private List<Entry<?>> next() {
            synchronized (lock) {
                List<Entry<?>> batch = new ArrayList<>();
                Entry<?> first = entries.peek();
                for (Entry<?> entry = first;
                        first != null && entry != null && batch.size() < first.work.most && entry.work == first.work;
                        entry = entries.peek()) {
                    batch.add(entries.remove());
                }
                if (first == null) {
                    lanes.remove(key);
                }
                queued -= batch.size();
                return batch;
            }
        }

        /** Everything that waits; the lane is gone. */
        private List<Entry<?>> takeAll() {
            synchronized (lock) {
                List<Entry<?>> all = new ArrayList<>(entries);
                entries.clear();
                queued -= all.size();
                lanes.remove(key);
                return all;
            }
        }
    }

    /** An item and what is done with it. */
    private static final class Entry<I> {

        private final Work<I> work;
        private final I item;

        Entry(Work<I> work, I item) {
            this.work = Objects.requireNonNull(work, "work");
            this.item = item;
        }

        /**
         * Answers a future that completes, never in failure, when the work has ended and each entry was told if it
         * failed.
         */
        static CompletableFuture<?> start(List<Entry<?>> batch) {
            try {
                CompletionStage<?> stage = batch.get(0).startWith(batch);
                return stage == DONE
                        ? DONE
                        : stage.handle((done, failure) -> {
                                    if (failure != null) {
                                        batch.forEach(entry -> entry.fail(Failures.unwrap(failure)));
                                    }
                                    return true;
                                })
                                .toCompletableFuture();
            } catch (RuntimeException | Error e) {
                batch.forEach(entry -> entry.fail(e));
                return DONE;
            }
        }

        /** All of them have the same work, so that they have items of the same type. */
        @SuppressWarnings("unchecked")
        private CompletionStage<?> startWith(List<Entry<?>> batch) {
            List<I> items = new ArrayList<>(batch.size());
            batch.forEach(entry -> items.add((I) entry.item));
            return work.run.apply(items);
        }

        void fail(Throwable reason) {
            try {
                work.failed.accept(item, reason);
            } catch (RuntimeException | Error e) {
                LOG.error("could not tell of a failure", e);
            }
        }
    }

    /** A task with the future of its answer. */
    private static final class Answering<T> {

        private final Supplier<? extends CompletionStage<T>> task;
        private final CompletableFuture<T> result = new CompletableFuture<>();

        Answering(Supplier<? extends CompletionStage<T>> task) {
            this.task = task;
        }

        CompletionStage<?> start() {
            return task.get().thenAccept(result::complete);
        }

        void fail(Throwable reason) {
            result.completeExceptionally(reason);
        }
    }

    /**
     * What is done with the items of a lane.
     *
     * @param <I> the type of the items
     */
    public static final class Work<I> {

        private final int most;
        private final Function<List<I>, CompletionStage<?>> run;
        private final BiConsumer<I, Throwable> failed;

        private Work(int most, Function<List<I>, CompletionStage<?>> run, BiConsumer<I, Throwable> failed) {
            if (most < 1) {
                throw new IllegalArgumentException("most must be positive but was " + most);
            }
            this.most = most;
            this.run = Objects.requireNonNull(run, "run");
            this.failed = Objects.requireNonNull(failed, "failed");
        }

        /**
         * Work that is over when the call returns.
         *
         * @param most how many items are worked on together at most, positive; more hold up the other keys for longer
         * @param run called on the executor with one item or more, in their order
         * @param failed told each item that was refused, and each that {@code run} threw over
         * @param <I> the type of the items
         * @return the work
         */
        public static <I> Work<I> blocking(int most, Consumer<List<I>> run, BiConsumer<I, Throwable> failed) {
            Objects.requireNonNull(run, "run");
            return new Work<>(
                    most,
                    items -> {
                        run.accept(items);
                        return DONE;
                    },
                    failed);
        }

        /**
         * Work that goes on after the call, for example while a server is asked. The lane waits for it without a
         * thread.
         *
         * @param most how many items are worked on together at most, positive
         * @param run called on the executor with one item or more, in their order; the lane goes on when its stage has
         *     completed
         * @param failed told each item that was refused, each that {@code run} threw over, and each whose stage failed,
         *     with what went wrong, unwrapped
         * @param <I> the type of the items
         * @return the work
         */
        public static <I> Work<I> waiting(
                int most, Function<List<I>, CompletionStage<?>> run, BiConsumer<I, Throwable> failed) {
            return new Work<>(most, run, failed);
        }
    }
}
