package dev.waxwing.internal.threads;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * The one door to time: clocks, and tasks that run later. The account's event loop keeps it; tests put their own in its
 * place and move the clock. Nothing of the library waits by the JDK's timers, whose one thread serves the whole
 * process.
 */
public interface LoopTimer {

    /**
     * A clock that never jumps; a suspended machine or a corrected wall clock does not move it.
     *
     * @return nanoseconds from anywhere
     */
    long nanoTime();

    /**
     * The wall clock.
     *
     * @return milliseconds since 1970
     */
    long wallMillis();

    /**
     * Runs the task on the event loop after the delay.
     *
     * @param delay how long to wait
     * @param task the task, which must not block
     * @return calls it off
     * @throws RejectedExecutionException if the loop is shut down
     */
    Cancellable after(Duration delay, Runnable task);

    /**
     * Runs the task on the event loop: at once if called there.
     *
     * @param task the task, which must not block
     * @return false if the loop is shut down
     */
    boolean run(Runnable task);

    /**
     * Runs a task on an executor after the delay. If that takes nothing any more by then, its account has ended, and
     * the task is dropped.
     *
     * @param delay how long to wait
     * @param executor runs the task
     * @param task the task
     * @return calls it off
     * @throws RejectedExecutionException if the loop is shut down
     */
    default Cancellable after(Duration delay, Executor executor, Runnable task) {
        return after(delay, () -> {
            try {
                executor.execute(task);
            } catch (RejectedExecutionException e) {
                // Nobody waits for a task of an account that has ended.
            }
        });
    }

    /**
     * Fails a future that takes too long.
     *
     * @param limit how long it may take
     * @param executor completes it then
     * @param future the future
     * @param <T> what it answers
     * @return the same future; fails with {@link TimeoutException} if it has not completed within {@code limit}
     */
    default <T> CompletableFuture<T> within(Duration limit, Executor executor, CompletableFuture<T> future) {
        if (future.isDone()) {
            return future;
        }
        try {
            Cancellable alarm = after(limit, () -> {
                TimeoutException late = new TimeoutException("not within " + limit);
                try {
                    executor.execute(() -> future.completeExceptionally(late));
                } catch (RejectedExecutionException e) {
                    future.completeExceptionally(late);
                }
            });
            future.whenComplete((value, failure) -> alarm.cancel());
        } catch (RejectedExecutionException e) {
            future.completeExceptionally(e);
        }
        return future;
    }
}
