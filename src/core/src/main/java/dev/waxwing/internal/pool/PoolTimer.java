package dev.waxwing.internal.pool;

import java.time.Duration;

/** Time as a pool or a batch sees it. */
public interface PoolTimer {

    /**
     * A clock that never jumps.
     *
     * @return nanoseconds from anywhere
     */
    long nanoTime();

    /**
     * Runs a task later.
     *
     * @param delay how long to wait
     * @param task short, must not block
     * @return calls it off; doing so late or twice does nothing
     */
    Runnable after(Duration delay, Runnable task);
}
