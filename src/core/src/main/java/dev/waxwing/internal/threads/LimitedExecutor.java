package dev.waxwing.internal.threads;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A share of an executor: as many tasks at a time as it is given, the others wait here, in their order. After some
 * tasks a thread is given back, so that those with whom the executor is shared get their turn: one that floods its
 * share delays itself alone.
 *
 * <p>A share whose tasks may block for as long as they like can be made to grow. If tasks wait and none has begun for
 * 100 ms, those that run are taken to be stuck, and a quarter more may run; with the last of them the share has its old
 * size again. A share that is merely busy does not grow, since its tasks begin.
 */
final class LimitedExecutor implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(LimitedExecutor.class);
    private static final int TASKS_PER_TURN = 16;
    private static final Duration STUCK = Duration.ofMillis(100);

    /** The share that the thread works for. */
    private static final ThreadLocal<LimitedExecutor> CURRENT = new ThreadLocal<>();

    private final Executor executor;
    private final int limit;
    private final @Nullable BiConsumer<Duration, Runnable> timer;

    /** Guards the fields below. While a task waits, as many run as may, or one that takes it next. */
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();

    private int allowed;
    private int running;
    private long begun;
    private boolean watched;
    private boolean closed;

    /**
     * Creates a share without tasks.
     *
     * @param executor whose threads are shared
     * @param limit how many tasks run at a time, positive
     * @param timer runs a task after a time, for a share that grows; null for one that does not
     */
    LimitedExecutor(Executor executor, int limit, @Nullable BiConsumer<Duration, Runnable> timer) {
        this.executor = requireNonNull(executor, "executor");
        this.limit = limit;
        this.allowed = limit;
        this.timer = timer;
    }

    @Override
    public void execute(Runnable task) {
        requireNonNull(task, "task");
        boolean starts;
        boolean watches = false;
        synchronized (waiting) {
            if (closed) {
                throw new RejectedExecutionException("closed");
            }
            waiting.add(task);
            starts = running < allowed;
            if (starts) {
                running++;
            } else if (timer != null && !watched) {
                watched = true;
                watches = true;
            }
        }
        if (starts) {
            start(task);
        }
        if (watches) {
            watch();
        }
    }

    /**
     * Runs a task on the calling thread as soon as the task that runs there has ended; elsewhere, and if others are
     * done earlier, on whatever thread comes first.
     */
    void executeNext(Runnable task) {
        requireNonNull(task, "task");
        if (!isRunningHere()) {
            execute(task);
            return;
        }
        synchronized (waiting) {
            if (closed) {
                throw new RejectedExecutionException("closed");
            }
            // This thread looks here before it goes.
            waiting.addFirst(task);
        }
    }

    /** Whether the calling thread runs a task of this share. */
    boolean isRunningHere() {
        return CURRENT.get() == this;
    }

    /** Takes no more tasks; those waiting still run. */
    void close() {
        synchronized (waiting) {
            closed = true;
        }
    }

    /** How many tasks run. */
    int running() {
        synchronized (waiting) {
            return running;
        }
    }

    private void start(Runnable task) {
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException e) {
            synchronized (waiting) {
                running--;
                waiting.removeLastOccurrence(task);
            }
            throw e;
        }
    }

    private void run() {
        LimitedExecutor outer = CURRENT.get();
        CURRENT.set(this);
        try {
            for (int done = 0; ; done++) {
                if (done >= TASKS_PER_TURN && isHandedOver()) {
                    return;
                }
                Runnable task = next();
                if (task == null) {
                    return;
                }
                runLogged(task);
            }
        } finally {
            if (outer == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
        }
    }

    private static void runLogged(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a task failed", e);
        }
    }

    /**
     * To the end of the executor's queue; goes on here if the executor is shut down, because what was accepted must
     * run.
     */
    private boolean isHandedOver() {
        try {
            executor.execute(this::run);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private @Nullable Runnable next() {
        synchronized (waiting) {
            Runnable task = running > allowed ? null : waiting.poll();
            if (task == null) {
                running--;
                if (running < limit) {
                    allowed = limit;
                }
                return null;
            }
            begun++;
            return task;
        }
    }

    private void watch() {
        long seen;
        synchronized (waiting) {
            seen = begun;
        }
        BiConsumer<Duration, Runnable> clock = requireNonNull(timer, "timer");
        try {
            clock.accept(STUCK, () -> grow(seen));
        } catch (RejectedExecutionException e) {
            // The timer has ended, and with it whoever shares these threads.
            synchronized (waiting) {
                watched = false;
            }
        }
    }

    /**
     * @param seen how many tasks had begun when the watch began
     */
    private void grow(long seen) {
        int more = 0;
        synchronized (waiting) {
            if (waiting.isEmpty()) {
                watched = false;
                return;
            }
            if (begun == seen) {
                allowed += Math.max(1, allowed / 4);
                more = Math.max(0, Math.min(waiting.size(), allowed - running));
                running += more;
            }
        }
        for (int i = 0; i < more; i++) {
            if (!isHandedOver()) {
                synchronized (waiting) {
                    running--;
                }
            }
        }
        watch();
    }
}
