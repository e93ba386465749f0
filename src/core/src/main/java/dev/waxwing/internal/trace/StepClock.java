package dev.waxwing.internal.trace;

import dev.waxwing.event.MessageTrace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The times at which one message reached the end of each step. Steps end one after another, though on changing threads. */
public final class StepClock {

    private final List<MessageTrace.Step> steps = new ArrayList<>();
    private long last = System.nanoTime();

    public StepClock() {}

    public StepClock(long startNanos) {
        last = startNanos;
    }

    public synchronized void ended(String step) {
        endedAt(step, System.nanoTime());
    }

    public synchronized void endedAt(String step, long nanos) {
        steps.add(new MessageTrace.Step(step, Duration.ofNanos(Math.max(0, nanos - last))));
        last = nanos;
    }

    synchronized List<MessageTrace.Step> steps() {
        return List.copyOf(steps);
    }
}
