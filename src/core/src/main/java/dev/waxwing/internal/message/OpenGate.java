package dev.waxwing.internal.message;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.threads.Failures;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Holds messages back while there is no open connection, for a bounded time. */
final class OpenGate {

    private CompletableFuture<Integer> nextOpening = new CompletableFuture<>();
    private int openings;
    private boolean isOpen;
    private @Nullable WaxwingException closed;

    /** The stream is open: whoever waits goes on. */
    void open() {
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
    synchronized void shut() {
        isOpen = false;
    }

    /** The stream ended for good: whoever waits or comes later fails. */
    void close(WaxwingException reason) {
        CompletableFuture<Integer> waiting;
        synchronized (this) {
            closed = reason;
            waiting = nextOpening;
        }
        waiting.completeExceptionally(reason);
    }

    /** Why the stream ended for good, if it has. */
    synchronized Optional<WaxwingException> closed() {
        return Optional.ofNullable(closed);
    }

    /**
     * Waits for a connection.
     *
     * @param after the opening whose connection has turned out to be lost, even if that was not told here yet; 0 for none
     * @return completes with the number of the opening, from 1
     */
    CompletableFuture<Integer> await(int after, Duration timeout) {
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
