package dev.waxwing.internal.threads;

/**
 * The one place that reads the system's clocks. Whoever has an account reads {@link LoopTimer} instead, which tests
 * replace; this is for what has none, such as a store.
 */
public final class SystemTime {

    private SystemTime() {}

    /**
     * A clock that never jumps; a suspended machine or a corrected wall clock does not move it.
     *
     * @return nanoseconds from anywhere
     */
    public static long nanoTime() {
        return System.nanoTime();
    }

    /**
     * The wall clock.
     *
     * @return milliseconds since 1970
     */
    public static long wallMillis() {
        return System.currentTimeMillis();
    }
}
