package dev.waxwing.internal.stream;

import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.threads.Cancellable;
import dev.waxwing.internal.threads.LoopTimer;
import dev.waxwing.model.Jid;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Pings the server at random intervals and finds out when it is gone: a ping without an answer, and nothing else
 * received since. Time is monotonic, so a corrected clock kills no connection. Event loop only.
 */
final class KeepAlive {

    /** What this needs of the connection. */
    interface Line {

        /** Sends an iq and waits. */
        CompletableFuture<Node> request(Node iq, Duration timeout);

        /** The server is gone. */
        void dead(Duration silence);
    }

    private final KeepAlivePolicy policy;
    private final LoopTimer timer;
    private final DoubleSupplier random;
    private final ServerClock clock;
    private final BooleanSupplier readingPaused;
    private final Line line;
    private @Nullable Cancellable next;
    private long lastReceived;
    private boolean stopped;

    KeepAlive(
            KeepAlivePolicy policy,
            LoopTimer timer,
            DoubleSupplier random,
            ServerClock clock,
            BooleanSupplier readingPaused,
            Line line) {
        this.policy = policy;
        this.timer = timer;
        this.random = random;
        this.clock = clock;
        this.readingPaused = readingPaused;
        this.line = line;
        this.lastReceived = timer.nanoTime();
    }

    void start() {
        if (next == null && !stopped) {
            schedule();
        }
    }

    void stop() {
        stopped = true;
        if (next != null) {
            next.cancel();
        }
    }

    /** Anything came. */
    void received() {
        lastReceived = timer.nanoTime();
    }

    private void schedule() {
        long spread = policy.maxInterval().minus(policy.minInterval()).toNanos();
        Duration delay = policy.minInterval().plusNanos((long) (spread * random.getAsDouble()));
        next = timer.after(delay, this::ping);
    }

    private void ping() {
        if (stopped) {
            return;
        }
        long asked = timer.nanoTime();
        Node ping = Node.builder("iq")
                .attr("to", Jid.SERVER)
                .attr("type", "get")
                .attr("xmlns", "w:p")
                .child(Node.builder("ping").build())
                .build();
        line.request(ping, policy.answerTimeout()).whenComplete((answer, failure) -> {
            if (stopped) {
                return;
            }
            if (answer != null) {
                clock.learn(seconds(answer), timer.nanoTime() - asked);
            } else if (failure instanceof RequestTimeoutException
                    && lastReceived - asked < 0
                    && !readingPaused.getAsBoolean()) {
                // While this side holds the server back its silence proves nothing.
                line.dead(Duration.ofNanos(timer.nanoTime() - lastReceived));
                return;
            }
            schedule();
        });
    }

    private static long seconds(Node answer) {
        String t = answer.attr("t");
        return t != null && t.matches("\\d{1,12}") ? Long.parseLong(t) : 0;
    }
}
