package dev.waxwing.internal.message;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.internal.threads.Cancellable;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.internal.threads.LoopTimer;
import dev.waxwing.internal.trace.PipelineTimes;
import dev.waxwing.model.SentMessage;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A message and who waits for it. It counts as waiting until it is in the outbox, and can be dropped until then: by its
 * caller, who cancels the future, or because its time is up.
 */
final class Submission implements SendInProgress {

    /** Whether it can still be dropped. */
    private enum Stage {
        WAITING,
        CLAIMED,
        DROPPED
    }

    private final Outgoing outgoing;
    private final PipelineTimes steps;
    private final AtomicInteger waiting;
    private final CompletableFuture<SentMessage> result = new CompletableFuture<>();
    private final CompletableFuture<Boolean> stored = new CompletableFuture<>();
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
    private boolean countedOut;

    /**
     * @param waiting counts the messages that are not in the outbox yet, this one included
     */
    Submission(Outgoing outgoing, PipelineTimes steps, AtomicInteger waiting) {
        this.outgoing = requireNonNull(outgoing, "outgoing");
        this.steps = requireNonNull(steps, "steps");
        this.waiting = requireNonNull(waiting, "waiting");
    }

    Outgoing outgoing() {
        return outgoing;
    }

    PipelineTimes steps() {
        return steps;
    }

    @Override
    public CompletableFuture<SentMessage> result() {
        return result;
    }

    /** Fails the future if it has not completed by then; what says whether the message is stored is the type. */
    void endAfter(Duration timeout, LoopTimer timer, Executor executor) {
        Cancellable alarm = timer.after(timeout, executor, () -> end(timeout));
        result.whenComplete((sent, failure) -> alarm.cancel());
    }

    /** Its time is up. */
    void end(Duration timeout) {
        if (stage.compareAndSet(Stage.WAITING, Stage.DROPPED)) {
            result.completeExceptionally(new ConnectionLostException("no connection that answered within " + timeout));
            return;
        }
        // While it is being stored nobody can say whether it will be.
        stored.thenRun(() -> result.completeExceptionally(new RequestTimeoutException(
                "message " + outgoing.id() + " was not acknowledged within " + timeout + "; it stays in the outbox")));
    }

    /** Whether anybody still wants it sent. */
    boolean isWanted() {
        if (result.isDone()) {
            stage.compareAndSet(Stage.WAITING, Stage.DROPPED);
        }
        boolean wanted = stage.get() != Stage.DROPPED;
        if (!wanted) {
            leave();
        }
        return wanted;
    }

    /** Call before it is encrypted: from here on it is not dropped any more. Answers false if it was. */
    boolean claim() {
        if (isWanted() && (stage.compareAndSet(Stage.WAITING, Stage.CLAIMED) || stage.get() == Stage.CLAIMED)) {
            return true;
        }
        leave();
        return false;
    }

    /**
     * Drops it if it is surely not stored, and cancels the future unless that has failed already. After a failure this
     * tells whether the message is surely not stored.
     *
     * @return false if it is stored or may be
     */
    @Override
    public boolean withdraw() {
        boolean dropped = stage.compareAndSet(Stage.WAITING, Stage.DROPPED) || stage.get() == Stage.DROPPED;
        if (dropped) {
            leave();
            result.cancel(false);
        }
        return dropped;
    }

    /** It was in the outbox before, or is now. */
    void endWith(CompletableFuture<SentMessage> acknowledged) {
        stage.compareAndSet(Stage.WAITING, Stage.CLAIMED);
        leave();
        acknowledged.whenComplete((sent, failure) -> {
            if (failure == null) {
                result.complete(sent);
            } else {
                result.completeExceptionally(Failures.unwrap(failure));
            }
        });
        stored.complete(true);
    }

    /** It did not get there. */
    void fail(Throwable reason) {
        leave();
        result.completeExceptionally(reason);
    }

    private synchronized void leave() {
        if (!countedOut) {
            countedOut = true;
            waiting.decrementAndGet();
        }
    }
}
