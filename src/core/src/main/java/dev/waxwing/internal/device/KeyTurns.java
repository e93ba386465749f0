package dev.waxwing.internal.device;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What this device does to its keys on the server, one thing after another: an upload that was put together before the signed pre-key was
 * rotated, and arrives behind it, would bring the old one back.
 */
final class KeyTurns {

    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

    /** Starts a task when those before it have ended, be it in failure. */
    synchronized CompletableFuture<Void> next(Supplier<CompletableFuture<Void>> task) {
        CompletableFuture<Void> turn = last.handle((done, failure) -> null).thenCompose(before -> task.get());
        last = turn;
        return turn;
    }
}
