package dev.waxwing.internal.pool;

import dev.waxwing.scaling.Pacing;

/**
 * Says when the next message may leave. Instead of counting tokens it keeps the time at which the bucket would be full
 * again: a message may leave while that time is at most a full bucket ahead, and moves it by one gap. So nothing has to
 * run while nobody sends.
 */
final class TokenBucket {

    private final long gapNanos;
    private final long aheadNanos;

    /** When the bucket is full again; meaningless before the first message. */
    private long fullAt;

    private boolean used;

    TokenBucket(Pacing pacing) {
        gapNanos = pacing.gap().toNanos();
        aheadNanos = gapNanos * (pacing.burst() - 1L);
    }

    /** Nanoseconds until a message may leave; 0 if one may leave now. */
    long delay(long now) {
        return used ? Math.max(0, fullAt - aheadNanos - now) : 0;
    }

    /** One message leaves. */
    void take(long now) {
        fullAt = (used ? Math.max(0, fullAt - now) : 0) + now + gapNanos;
        used = true;
    }
}
