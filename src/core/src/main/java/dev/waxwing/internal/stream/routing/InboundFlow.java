package dev.waxwing.internal.stream.routing;

import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Holds the server back when stanzas come faster than handlers finish them, so that a flood stays in the network and not on the heap.
 *
 * <p>Above the soft limit reading stops, unless an answer is awaited: it would stand behind what is in flight, and a handler may be waiting for it.
 * Above the hard limit reading stops whatever is awaited. Event loop only.
 */
public final class InboundFlow {

    private final int softLimit;
    private final int hardLimit;
    private final IntSupplier pendingRequests;
    private final Consumer<Boolean> reading;
    private int unfinished;
    private boolean paused;

    public InboundFlow(int softLimit, int hardLimit, IntSupplier pendingRequests, Consumer<Boolean> reading) {
        this.softLimit = softLimit;
        this.hardLimit = hardLimit;
        this.pendingRequests = pendingRequests;
        this.reading = reading;
    }

    void started() {
        unfinished++;
        update();
    }

    void finished() {
        unfinished--;
        update();
    }

    public void update() {
        boolean pause = unfinished >= hardLimit || (unfinished >= softLimit && pendingRequests.getAsInt() == 0);
        if (pause != paused) {
            paused = pause;
            reading.accept(!pause);
        }
    }

    public boolean isPaused() {
        return paused;
    }

    /** Whether there is room enough to ask the server for more of what waits. */
    public boolean hasRoom() {
        return unfinished < Math.max(1, softLimit / 2);
    }
}
