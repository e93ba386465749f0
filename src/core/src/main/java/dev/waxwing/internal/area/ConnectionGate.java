package dev.waxwing.internal.area;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.internal.threads.LoopTimer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Holds back what goes out while there is no open connection, for a bounded time. Thread-safe. */
public final class ConnectionGate {

    private final LoopTimer timer;
    private final Executor executor;
    private CompletableFuture<Integer> nextOpening = new CompletableFuture<>();
    private int openings;
    private boolean isOpen;
    private @Nullable WaxwingException closed;

    /**
     * Creates one that is shut.
     *
     * @param timer says when somebody has waited too long
     * @param executor tells him so
     */
    public ConnectionGate(LoopTimer timer, Executor executor) {
        this.timer = requireNonNull(timer, "timer");
        this.executor = requireNonNull(executor, "executor");
    }

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
     * @param after the opening whose connection has turned out to be lost, even if that was not told here yet; 0 for
     *     none
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
        return timer.within(timeout, executor, waiting.copy())
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        Failures.unwrap(failure) instanceof WaxwingException known
                                ? known
                                : new ConnectionLostException("not connected within " + timeout)));
    }
}
