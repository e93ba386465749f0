package dev.waxwing.internal.stream;

import java.time.Duration;

/** Time as the event loop sees it; tests put their own in its place. */
interface LoopTimer {

    /** A clock that never jumps, in nanoseconds from anywhere; a suspended machine or a corrected wall clock does not move it. */
    long nanoTime();

    /** The wall clock, milliseconds since 1970. */
    long wallMillis();

    /** Runs the task on the event loop after the delay. */
    Cancellable after(Duration delay, Runnable task);

    /** Runs the task on the event loop: at once if called there. Answers false if the loop is shut down. */
    boolean run(Runnable task);
}
