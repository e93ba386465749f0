package dev.waxwing.internal.trace;

import static java.util.Objects.requireNonNull;

import dev.waxwing.event.MessageTrace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The times at which one message reached the end of each step. Steps end one after another, though on changing threads.
 */
public final class PipelineTimes {

    private final LongSupplier nanoTime;
    private final List<MessageTrace.Step> steps = new ArrayList<>();
    private long last;

    /**
     * Starts now.
     *
     * @param nanoTime tells the time in nanoseconds from anywhere
     */
    public PipelineTimes(LongSupplier nanoTime) {
        this(nanoTime, nanoTime.getAsLong());
    }

    /**
     * Has started before.
     *
     * @param nanoTime tells the time in nanoseconds from anywhere
     * @param startNanos when, by the same clock
     */
    public PipelineTimes(LongSupplier nanoTime, long startNanos) {
        this.nanoTime = requireNonNull(nanoTime, "nanoTime");
        last = startNanos;
    }

    /**
     * A step ends now.
     *
     * @param step its name
     */
    public synchronized void ended(String step) {
        endedAt(step, nanoTime.getAsLong());
    }

    /**
     * A step has ended.
     *
     * @param step its name
     * @param nanos when, by the clock that this one was made with
     */
    public synchronized void endedAt(String step, long nanos) {
        steps.add(new MessageTrace.Step(step, Duration.ofNanos(Math.max(0, nanos - last))));
        last = nanos;
    }

    synchronized List<MessageTrace.Step> steps() {
        return List.copyOf(steps);
    }
}
