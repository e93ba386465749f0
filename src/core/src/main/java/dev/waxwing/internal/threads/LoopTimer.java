package dev.waxwing.internal.threads;

import java.time.Duration;

/** Time as the event loop sees it; tests put their own in its place. */
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
     */
    Cancellable after(Duration delay, Runnable task);

    /**
     * Runs the task on the event loop: at once if called there.
     *
     * @param task the task, which must not block
     * @return false if the loop is shut down
     */
    boolean run(Runnable task);
}
