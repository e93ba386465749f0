package dev.waxwing.internal.pool;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/** Runs tasks one after another on the thread of the test, at once. */
final class SteppedLane implements Executor {

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (running) {
            return;
        }
        running = true;
        for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
            next.run();
        }
        running = false;
    }
}
