package dev.waxwing.internal.runtime;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.internal.pool.BatchRun;
import dev.waxwing.internal.pool.PoolTimer;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.Cancellable;
import dev.waxwing.internal.threads.KeyedLanes;
import dev.waxwing.model.Jid;
import dev.waxwing.model.content.Content;
import dev.waxwing.scaling.BatchOptions;
import dev.waxwing.scaling.BatchProgress;
import dev.waxwing.scaling.BatchResult;
import dev.waxwing.scaling.BatchSend;
import dev.waxwing.scaling.Pacing;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * Threads and time for pools and batches, which must come to their end after the threads have: a task that an executor
 * refuses runs in its caller.
 */
public final class PoolThreads implements PoolTimer {

    private static final Object THE_LANE = "lane";

    private final AccountThreads threads;

    /**
     * Puts them on the threads of an account, or of a pool.
     *
     * @param threads not closed by this
     */
    public PoolThreads(AccountThreads threads) {
        this.threads = threads;
    }

    /**
     * For what may block for a moment, such as a look-up in a store.
     *
     * @return the executor
     */
    public Executor work() {
        return neverRefusing(threads.executor());
    }

    /**
     * For what is the application's.
     *
     * @return the executor
     */
    public Executor listeners() {
        return neverRefusing(threads.listeners());
    }

    /**
     * A new lane. Its queue is bounded by those who use it: they put in no more than a few tasks for each message that
     * they admit.
     *
     * @param executor runs the tasks
     * @return runs tasks one after another
     */
    public static Executor laneOf(Executor executor) {
        KeyedLanes lanes = new KeyedLanes(executor, Integer.MAX_VALUE, Integer.MAX_VALUE);
        return task -> lanes.execute(THE_LANE, task);
    }

    /**
     * Starts a batch in a lane of its own, where listeners run. Returns at once.
     *
     * @param recipients to whom; each gets one message
     * @param content what to send to each
     * @param options how
     * @param pacing how fast, if the options do not say
     * @param sender sends the messages
     * @return the batch, for the application: its future completes on a worker
     */
    public BatchSend startBatch(
            Collection<Jid> recipients,
            Function<? super Jid, ? extends Content> content,
            BatchOptions options,
            Pacing pacing,
            BatchRun.Sender sender) {
        BatchSend batch = BatchRun.start(
                Copies.list(recipients, "recipients"),
                requireNonNull(content, "content"),
                requireNonNull(options, "options"),
                pacing,
                sender,
                laneOf(listeners()),
                this);
        return new HandedOut(batch, threads);
    }

    /** A batch as the application sees it. */
    private record HandedOut(BatchSend batch, AccountThreads threads) implements BatchSend {

        @Override
        public CompletableFuture<BatchResult> result() {
            return threads.handOut(batch.result());
        }

        @Override
        public BatchProgress progress() {
            return batch.progress();
        }

        @Override
        public void cancel() {
            batch.cancel();
        }
    }

    @Override
    public long nanoTime() {
        return threads.timer().nanoTime();
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
        try {
            Cancellable scheduled = threads.after(delay, task);
            return scheduled::cancel;
        } catch (RejectedExecutionException e) {
            task.run();
            return () -> {};
        }
    }

    private static Executor neverRefusing(Executor executor) {
        return task -> {
            try {
                executor.execute(task);
            } catch (RejectedExecutionException e) {
                task.run();
            }
        };
    }
}
