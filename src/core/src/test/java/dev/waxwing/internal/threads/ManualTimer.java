package dev.waxwing.internal.threads;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;

/** An event loop on the test's thread whose clock the test moves. */
public final class ManualTimer implements LoopTimer {

    private record Task(long at, long order, Runnable body) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::order));
    private final Deque<Runnable> posted = new ArrayDeque<>();
    // Near the overflow, so that comparing by < instead of by difference shows.
    private long now = Long.MAX_VALUE - 5_000_000_000L;
    private long wall = 1_735_689_600_000L;
    private long order;
    private long start = now;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long wallMillis() {
        return wall;
    }

    public void setWall(long millis) {
        wall = millis;
    }

    @Override
    public Cancellable after(Duration delay, Runnable body) {
        Task task = new Task(now - start + delay.toNanos(), order++, body);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    @Override
    public boolean run(Runnable task) {
        task.run();
        return true;
    }

    /** Collects what is given to the "executor" until {@link #runPosted()}. */
    public void post(Runnable task) {
        posted.add(task);
    }

    public void runPosted() {
        for (Runnable task = posted.poll(); task != null; task = posted.poll()) {
            task.run();
        }
    }

    public int scheduled() {
        return tasks.size();
    }

    public void advance(Duration time) {
        long end = now - start + time.toNanos();
        while (!tasks.isEmpty() && tasks.peek().at() <= end) {
            Task task = tasks.remove();
            now = start + task.at();
            task.body().run();
        }
        now = start + end;
        wall += time.toMillis();
    }
}
