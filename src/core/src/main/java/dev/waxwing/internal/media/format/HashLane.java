package dev.waxwing.internal.media.format;

import dev.waxwing.internal.crypto.RunningHash;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A hash beside the stream that it is of: its pieces are taken in order, on whatever thread is free, so that the hashes
 * of one file are computed at the same time.
 */
final class HashLane {

    private final Executor executor;
    private final RunningHash hash;
    private CompletableFuture<Void> taken = CompletableFuture.completedFuture(null);

    HashLane(RunningHash hash, Executor executor) {
        this.hash = hash;
        this.executor = executor;
    }

    /** Takes a piece, which must not change before the returned future is done. */
    CompletableFuture<Void> take(byte[] bytes, int from, int length) {
        taken = taken.thenRunAsync(() -> hash.update(bytes, from, length), executor);
        return taken;
    }

    /** Done with all that was given. */
    CompletableFuture<Void> taken() {
        return taken;
    }

    /** The hash, once all is taken. */
    byte[] finish() {
        return hash.finish();
    }

    /** Takes more and ends, once all before is taken. */
    byte[] finish(byte[] last) {
        hash.update(last, 0, last.length);
        return hash.finish();
    }
}
