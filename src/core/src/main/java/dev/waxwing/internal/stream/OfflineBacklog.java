package dev.waxwing.internal.stream;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.threads.Cancellable;
import dev.waxwing.internal.threads.LoopTimer;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Pulls what waited while the device was offline: the server sends a few stanzas and then waits to be asked for more
 * (whatsapp-rust, 2026-08). One batch is asked for at the preview; then, 100 ms after the first stanza of each batch,
 * when it is here and as soon as there is room, the next, until {@code <offline>}. So at most two batches are on their
 * way, and what the server answers meanwhile stands behind no more than these. Event loop only.
 */
final class OfflineBacklog {

    static final int BATCH = 200;
    static final Duration PAUSE = Duration.ofMillis(100);

    /** With nothing from the backlog for so long it counts as finished (the web client, by whatsapp-rust). */
    static final Duration SILENCE = Duration.ofSeconds(60);

    private final LoopTimer timer;
    private final Consumer<Node> send;
    private final BooleanSupplier hasRoom;
    private final IntConsumer onFinished;
    private boolean active;
    private boolean finished;
    private boolean askAgain;

    /** How many have come since the last request, and when the latest. */
    private int received;

    private long lastReceived;
    private @Nullable Cancellable pause;
    private @Nullable Cancellable silence;

    OfflineBacklog(LoopTimer timer, Consumer<Node> send, BooleanSupplier hasRoom, IntConsumer onFinished) {
        this.timer = timer;
        this.send = send;
        this.hasRoom = hasRoom;
        this.onFinished = onFinished;
    }

    /** {@code <offline_preview count=…>} came. */
    void announced(int count) {
        if (finished || active || count <= 0) {
            return;
        }
        active = true;
        rearmSilence();
        ask();
    }

    /** A stanza of the backlog came. */
    void received() {
        if (!active) {
            return;
        }
        rearmSilence();
        received++;
        lastReceived = timer.nanoTime();
        if (pause == null && !askAgain) {
            pauseFor(PAUSE.toNanos());
        }
    }

    /**
     * Goes on while the batch does: a slow device that asked by the clock alone would soon have the whole backlog on
     * its way.
     */
    private void pauseFor(long nanos) {
        pause = timer.after(Duration.ofNanos(nanos), () -> {
            pause = null;
            // A batch may be smaller than asked for; that the line falls silent tells its end.
            long silent = timer.nanoTime() - lastReceived;
            if (received < BATCH && silent < PAUSE.toNanos()) {
                pauseFor(PAUSE.toNanos() - silent);
            } else {
                askAgain = true;
                room();
            }
        });
    }

    /** A handler finished: there may be room for more now. */
    void room() {
        if (active && askAgain && hasRoom.getAsBoolean()) {
            askAgain = false;
            ask();
        }
    }

    /** {@code <offline>} came. */
    void ended(int count) {
        stop();
        if (!finished) {
            finished = true;
            onFinished.accept(count);
        }
    }

    void stop() {
        active = false;
        cancel(pause);
        cancel(silence);
    }

    private void ask() {
        received = 0;
        send.accept(Node.builder("ib")
                .child(Node.builder("offline_batch").attr("count", BATCH).build())
                .build());
    }

    private void rearmSilence() {
        cancel(silence);
        silence = timer.after(SILENCE, () -> ended(0));
    }

    private static void cancel(@Nullable Cancellable scheduled) {
        if (scheduled != null) {
            scheduled.cancel();
        }
    }
}
