package dev.waxwing.internal.threads;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Real time without an event loop, for tests of what waits for a moment only. */
public final class SystemTimer implements LoopTimer {

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
        CompletableFuture<Void> run = CompletableFuture.runAsync(
                task, CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS));
        return () -> run.cancel(false);
    }

    @Override
    public boolean run(Runnable task) {
        task.run();
        return true;
    }
}
