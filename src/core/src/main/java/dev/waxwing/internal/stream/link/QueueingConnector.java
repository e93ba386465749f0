package dev.waxwing.internal.stream.link;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.internal.threads.AsyncSemaphore;
import dev.waxwing.internal.threads.AsyncSemaphore.Permit;
import dev.waxwing.internal.threads.Cancellable;
import dev.waxwing.internal.threads.LoopTimer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a permit before each attempt to connect, and keeps it while the attempt shakes hands: when many accounts
 * lose their connections at once, their handshakes take turns at the processors and do not make each other too late.
 * The time in line counts against no timeout.
 *
 * <p>An attempt that takes long waits for a network or a proxy and needs no processor. It gives its permit back after 2
 * s, so that accounts whose network is down hold up no others.
 */
public final class QueueingConnector implements LinkConnector {

    static final Duration LONGEST_HELD = Duration.ofSeconds(2);

    private final LinkConnector connector;
    private final AsyncSemaphore permits;
    private final LoopTimer timer;

    /**
     * Creates one for an account.
     *
     * @param connector makes the connections
     * @param permits shared with the accounts that take turns
     * @param timer the account's
     */
    public QueueingConnector(LinkConnector connector, AsyncSemaphore permits, LoopTimer timer) {
        this.connector = requireNonNull(connector, "connector");
        this.permits = requireNonNull(permits, "permits");
        this.timer = requireNonNull(timer, "timer");
    }

    @Override
    public CompletableFuture<StanzaLink> connect(
            StreamIdentity identity,
            ClientProfile profile,
            byte @Nullable [] routingInfo,
            StanzaLink.Receiver receiver) {
        CompletableFuture<StanzaLink> result = new CompletableFuture<>();
        CompletableFuture<Permit> turn = permits.acquire();
        turn.thenAccept(permit -> {
            boolean runs = timer.run(() -> {
                if (result.isDone()) {
                    permit.close();
                } else {
                    attempt(permit, result, () -> connector.connect(identity, profile, routingInfo, receiver));
                }
            });
            if (!runs) {
                permit.close();
                result.completeExceptionally(loopEnded());
            }
        });
        result.whenComplete((link, failure) -> turn.cancel(false));
        return result;
    }

    private void attempt(Permit permit, CompletableFuture<StanzaLink> result, Attempt attempt) {
        Cancellable slow;
        try {
            slow = timer.after(LONGEST_HELD, permit::close);
        } catch (RejectedExecutionException e) {
            permit.close();
            result.completeExceptionally(loopEnded());
            return;
        }
        CompletableFuture<StanzaLink> underWay;
        try {
            underWay = attempt.start();
        } catch (RuntimeException e) {
            underWay = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<StanzaLink> started = underWay;
        started.whenComplete((link, failure) -> {
            slow.cancel();
            permit.close();
            if (failure != null) {
                result.completeExceptionally(failure);
            } else if (!result.complete(link)) {
                link.abort(new ConnectionLostException("given up"));
            }
        });
        result.whenComplete((link, failure) -> started.cancel(true));
    }

    private static ConnectionLostException loopEnded() {
        return new ConnectionLostException("the event loop is shut down");
    }

    /** Begins to connect. */
    private interface Attempt {
        CompletableFuture<StanzaLink> start();
    }
}
