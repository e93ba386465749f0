package dev.waxwing.internal.stream;

import dev.waxwing.internal.threads.LoopTimer;

/** How far the server's clock is from this machine's. Written on the event loop, read anywhere. */
final class ServerClock {

    private static final long MAX_SECONDS = 1L << 40;

    private final LoopTimer timer;
    private volatile long offsetMillis;

    ServerClock(LoopTimer timer) {
        this.timer = timer;
    }

    long millis() {
        return timer.wallMillis() + offsetMillis;
    }

    /**
     * The server said its time, in whole seconds; {@code roundTripNanos} is how long the question took, 0 if there was
     * none.
     */
    void learn(long serverSeconds, long roundTripNanos) {
        if (serverSeconds <= 0 || serverSeconds > MAX_SECONDS) {
            return;
        }
        // The answer is half a round trip old, and the server cuts its seconds off.
        long serverNow = serverSeconds * 1000 + roundTripNanos / 2_000_000;
        long offset = serverNow - timer.wallMillis();
        // Within the second that the cut hides, what is known already is as good.
        if (Math.abs(offset - offsetMillis) >= 1000) {
            offsetMillis = offset;
        }
    }
}
