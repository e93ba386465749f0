package dev.waxwing.internal.area;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.threads.Failures;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Holds back what goes out while there is no open connection, for a bounded time. Thread-safe. */
public final class ConnectionGate {

    private CompletableFuture<Integer> nextOpening = new CompletableFuture<>();
    private int openings;
    private boolean isOpen;
    private @Nullable WaxwingException closed;

    /** Creates one that is shut. */
    public ConnectionGate() {}

    /** The stream is open: whoever waits goes on. */
    public void open() {
        CompletableFuture<Integer> waiting;
        int opening;
        synchronized (this) {
            isOpen = true;
            opening = ++openings;
            waiting = nextOpening;
            nextOpening = new CompletableFuture<>();
        }
        waiting.complete(opening);
    }

    /** The connection is gone and may come back. */
    public synchronized void shut() {
        isOpen = false;
    }

    /**
     * The stream ended for good: whoever waits or comes later fails.
     *
     * @param reason what they fail with
     */
    public void close(WaxwingException reason) {
        CompletableFuture<Integer> waiting;
        synchronized (this) {
            closed = reason;
            waiting = nextOpening;
        }
        waiting.completeExceptionally(reason);
    }

    /**
     * Why the stream ended for good.
     *
     * @return the reason, empty if it has not
     */
    public synchronized Optional<WaxwingException> closed() {
        return Optional.ofNullable(closed);
    }

    /**
     * Waits for a connection.
     *
     * @param after the opening whose connection has turned out to be lost, even if that was not told here yet; 0 for none
     * @param timeout how long to wait
     * @return completes with the number of the opening, from 1
     */
    public CompletableFuture<Integer> await(int after, Duration timeout) {
        CompletableFuture<Integer> waiting;
        synchronized (this) {
            if (closed != null) {
                return CompletableFuture.failedFuture(closed);
            }
            if (isOpen && openings > after) {
                return CompletableFuture.completedFuture(openings);
            }
            waiting = nextOpening;
        }
        return waiting.copy()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        Failures.unwrap(failure) instanceof WaxwingException known
                                ? known
                                : new ConnectionLostException("not connected within " + timeout)));
    }
}
