package dev.waxwing.internal.threads;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an account wants done later on its event loop. Nearly all of it is called off before its time, as the answer
 * comes that it waited for. So only the earliest is with the loop: to set one that is due later, or to call one off,
 * does not wake the loop.
 */
final class LoopAlarms {

    private static final Logger LOG = LoggerFactory.getLogger(LoopAlarms.class);

    private final Loop loop;
    private final LongSupplier nanoTime;

    /** Guards the fields below. By the time at which they are due. */
    private final TreeSet<Alarm> waiting = new TreeSet<>();

    private long number;

    /** What is with the loop; null if nothing is. */
    private @Nullable Wake wake;

    /** The event loop. */
    interface Loop {

        /**
         * Runs a task on the loop.
         *
         * @param task the task
         * @param nanos how long to wait
         * @return calls it off
         * @throws RejectedExecutionException if the loop is shut down
         */
        Cancellable schedule(Runnable task, long nanos);

        /** Whether it runs nothing any more. */
        boolean isShutDown();
    }

    /**
     * @param loop runs what is due
     * @param nanoTime a clock that never jumps
     */
    LoopAlarms(Loop loop, LongSupplier nanoTime) {
        this.loop = requireNonNull(loop, "loop");
        this.nanoTime = requireNonNull(nanoTime, "nanoTime");
    }

    /**
     * Runs a task on the loop later.
     *
     * @param nanos how long to wait
     * @param task the task
     * @return calls it off
     * @throws RejectedExecutionException if the loop is shut down
     */
    Cancellable after(long nanos, Runnable task) {
        if (loop.isShutDown()) {
            throw new RejectedExecutionException("the event loop is shut down");
        }
        synchronized (waiting) {
            Alarm alarm = new Alarm(nanoTime.getAsLong() + Math.max(0, nanos), number++, task);
            waiting.add(alarm);
            try {
                wakeFor(waiting.first());
            } catch (RejectedExecutionException e) {
                waiting.remove(alarm);
                throw e;
            }
            return () -> callOff(alarm);
        }
    }

    private void callOff(Alarm alarm) {
        synchronized (waiting) {
            alarm.calledOff = true;
            waiting.remove(alarm);
        }
    }

    /** Sees to it that the loop wakes for an alarm. Guarded by those waiting. */
    private void wakeFor(Alarm first) {
        Wake earlier = wake;
        if (earlier != null && earlier.due - first.due <= 0) {
            return;
        }
        Wake next = new Wake(first.due);
        next.cancellable = loop.schedule(() -> ring(next), Math.max(0, first.due - nanoTime.getAsLong()));
        wake = next;
        if (earlier != null) {
            earlier.cancellable.cancel();
        }
    }

    private void ring(Wake now) {
        List<Alarm> due = new ArrayList<>();
        synchronized (waiting) {
            if (wake != now) {
                return;
            }
            wake = null;
            long time = nanoTime.getAsLong();
            while (!waiting.isEmpty() && waiting.first().due - time <= 0) {
                due.add(waiting.pollFirst());
            }
            if (!waiting.isEmpty()) {
                wakeFor(waiting.first());
            }
        }
        due.forEach(this::run);
    }

    private void run(Alarm alarm) {
        synchronized (waiting) {
            if (alarm.calledOff) {
                return;
            }
        }
        try {
            alarm.task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("What was due on the event loop failed", e);
        }
    }

    /** When the loop was told to wake. */
    private static final class Wake {
        private final long due;
        private Cancellable cancellable = () -> {};

        private Wake(long due) {
            this.due = due;
        }
    }

    /** One thing to be done. */
    private static final class Alarm implements Comparable<Alarm> {
        private final long due;
        private final long number;
        private final Runnable task;
        private boolean calledOff;

        private Alarm(long due, long number, Runnable task) {
            this.due = due;
            this.number = number;
            this.task = task;
        }

        @Override
        public int compareTo(Alarm other) {
            long earlier = due - other.due;
            return earlier != 0 ? Long.signum(earlier) : Long.compare(number, other.number);
        }
    }
}
