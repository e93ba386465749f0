package dev.waxwing.testkit.phone;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of all phones of a server, started by the first that is used. It may wait for the world's thread,
 * which therefore never waits for this one. Thread-safe.
 */
final class PhoneWorker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PhoneWorker.class);

    private static final int MAX_TASKS = 10_000;
    private static final long CLOSE_TIMEOUT_SECONDS = 10;

    private final ThreadPoolExecutor executor =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_TASKS), this::newThread);
    private volatile @Nullable Thread thread;

    private Thread newThread(Runnable task) {
        Thread fresh = new Thread(task, "waxwing-loopback-phones");
        fresh.setDaemon(true);
        thread = fresh;
        return fresh;
    }

    /** Runs something, some time after what was given before it. What it throws is logged. */
    void tell(Runnable task) {
        try {
            executor.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.debug("A phone could not do what it had to", e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("A phone has too much to do, or the server is closed", e);
        }
    }

    /**
     * Runs something, some time after what was given before it.
     *
     * @return its answer, or what it throws; an {@link IllegalStateException} if the server is closed
     */
    <T> CompletableFuture<T> ask(Supplier<T> question) {
        try {
            return CompletableFuture.supplyAsync(question, executor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("the phones have too much to do, or the server is closed", e));
        }
    }

    /** Ends the thread; what it had to do is left undone. */
    @Override
    public void close() {
        executor.shutdownNow();
        Thread last = thread;
        try {
            if (last != null) {
                last.join(TimeUnit.SECONDS.toMillis(CLOSE_TIMEOUT_SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
