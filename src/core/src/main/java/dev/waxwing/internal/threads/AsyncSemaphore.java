package dev.waxwing.internal.threads;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A number of permits. Who finds none waits in line without holding a thread, and whoever came first is served first.
 * Thread-safe.
 */
public final class AsyncSemaphore {

    /** Guards the fields below. */
    private final ArrayDeque<CompletableFuture<Permit>> line = new ArrayDeque<>();

    private int free;
    private boolean serving;

    /**
     * Creates one with all permits free.
     *
     * @param permits how many holders there may be at a time, positive
     * @throws IllegalArgumentException if {@code permits} is not positive
     */
    public AsyncSemaphore(int permits) {
        if (permits < 1) {
            throw new IllegalArgumentException("permits must be positive but was " + permits);
        }
        free = permits;
    }

    /**
     * Asks for a permit.
     *
     * @return completes with the permit, which is to be closed: at once if one is free, otherwise on the thread that
     *     closes one. Cancel it to leave the line; one that was cancelled in vain has a permit
     */
    public CompletableFuture<Permit> acquire() {
        CompletableFuture<Permit> turn = new CompletableFuture<>();
        synchronized (line) {
            if (free == 0 || !line.isEmpty()) {
                line.add(turn);
                return turn;
            }
            free--;
        }
        turn.complete(new Permit());
        return turn;
    }

    /** How many wait. */
    int waiting() {
        synchronized (line) {
            return (int) line.stream().filter(turn -> !turn.isDone()).count();
        }
    }

    private void giveBack() {
        synchronized (line) {
            free++;
            if (serving) {
                // Whoever serves sees it: a turn that ends at once must not nest in the one before.
                return;
            }
            serving = true;
        }
        for (CompletableFuture<Permit> turn = next(); turn != null; turn = next()) {
            if (!turn.complete(new Permit())) {
                synchronized (line) {
                    free++;
                }
            }
        }
    }

    private @Nullable CompletableFuture<Permit> next() {
        synchronized (line) {
            CompletableFuture<Permit> turn = free == 0 ? null : line.poll();
            if (turn == null) {
                serving = false;
            } else {
                free--;
            }
            return turn;
        }
    }

    /** Lets its holder in until it is closed. */
    public final class Permit implements AutoCloseable {

        private final AtomicBoolean closed = new AtomicBoolean();

        private Permit() {}

        /** Gives the permit to the next in line. Closing twice is harmless. */
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                giveBack();
            }
        }
    }
}
