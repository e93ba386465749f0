package dev.waxwing.internal.message;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.WaxwingException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Holds messages back while there is no open connection, for a bounded time. */
final class OpenGate {

    private CompletableFuture<Void> open = new CompletableFuture<>();
    private @Nullable WaxwingException closed;

    /** The stream is open: whoever waits goes on. */
    void open() {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            waiting = open;
        }
        waiting.complete(null);
    }

    /** The connection is gone and may come back. */
    synchronized void shut() {
        if (open.isDone()) {
            open = new CompletableFuture<>();
        }
    }

    /** The stream ended for good: whoever waits or comes later fails. */
    void close(WaxwingException reason) {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            closed = reason;
            waiting = open;
        }
        waiting.completeExceptionally(reason);
    }

    /** Why the stream ended for good, if it has. */
    synchronized Optional<WaxwingException> closed() {
        return Optional.ofNullable(closed);
    }

    CompletableFuture<Void> await(Duration timeout) {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            if (closed != null) {
                return CompletableFuture.failedFuture(closed);
            }
            waiting = open;
        }
        if (waiting.isDone()) {
            return waiting;
        }
        return waiting.copy()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        Failures.unwrap(failure) instanceof WaxwingException known
                                ? known
                                : new ConnectionLostException("not connected within " + timeout)));
    }
}
