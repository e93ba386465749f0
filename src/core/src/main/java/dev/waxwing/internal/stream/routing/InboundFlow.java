package dev.waxwing.internal.stream.routing;

import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Holds the server back when stanzas come faster than handlers finish them, so that a flood stays in the network and
 * not on the heap.
 *
 * <p>Above the soft limit reading stops, unless an answer is awaited: it would stand behind what is in flight, and a
 * handler may be waiting for it. Above the hard limit reading stops whatever is awaited. Both limits stand for stanzas
 * and for bytes, whichever is reached first. Event loop only.
 */
public final class InboundFlow {

    /**
     * Bytes of stanzas under way at which reading stops, unless an answer is awaited: one frame of the largest size
     * goes below it.
     */
    static final long SOFT_BYTES = 32L << 20;

    /** Bytes of stanzas under way at which reading stops whatever is awaited. */
    static final long HARD_BYTES = 2 * SOFT_BYTES;

    private final int softLimit;
    private final int hardLimit;
    private final IntSupplier pendingRequests;
    private final Consumer<Boolean> reading;
    private int unfinished;
    private long unfinishedBytes;
    private boolean paused;

    /**
     * Starts with nothing under way.
     *
     * @param softLimit stanzas from which reading stops unless an answer is awaited
     * @param hardLimit stanzas from which reading stops in any case
     * @param pendingRequests how many answers are awaited
     * @param reading told true to read on, false to stop
     */
    public InboundFlow(int softLimit, int hardLimit, IntSupplier pendingRequests, Consumer<Boolean> reading) {
        this.softLimit = softLimit;
        this.hardLimit = hardLimit;
        this.pendingRequests = pendingRequests;
        this.reading = reading;
    }

    /** A stanza of about so many bytes is being handled. */
    void started(long bytes) {
        unfinished++;
        unfinishedBytes += bytes;
        update();
    }

    /** A stanza of about so many bytes is done with. */
    void finished(long bytes) {
        unfinished--;
        unfinishedBytes -= bytes;
        update();
    }

    /** Looks again whether to read. */
    public void update() {
        boolean hard = unfinished >= hardLimit || unfinishedBytes >= HARD_BYTES;
        boolean soft = unfinished >= softLimit || unfinishedBytes >= SOFT_BYTES;
        boolean pause = hard || (soft && pendingRequests.getAsInt() == 0);
        if (pause != paused) {
            paused = pause;
            reading.accept(!pause);
        }
    }

    /**
     * Whether reading has stopped.
     *
     * @return true if so
     */
    public boolean isPaused() {
        return paused;
    }

    /**
     * Whether there is room enough to ask the server for more of what waits.
     *
     * @return true if there is
     */
    public boolean hasRoom() {
        return unfinished < Math.max(1, softLimit / 2) && unfinishedBytes < SOFT_BYTES / 2;
    }
}
