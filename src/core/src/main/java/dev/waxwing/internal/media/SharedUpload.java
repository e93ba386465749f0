package dev.waxwing.internal.media;

import dev.waxwing.internal.threads.Failures;
import dev.waxwing.model.MediaReference;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One upload that several wait for. It is given up when the last of them does not want it any more. */
final class SharedUpload {

    private final CompletableFuture<MediaReference> upload = new CompletableFuture<>();
    private int waiting;
    private boolean abandoned;

    /**
     * One more wants it.
     *
     * @return a future of its own, which it may cancel; empty if the upload was given up
     */
    synchronized Optional<CompletableFuture<MediaReference>> join() {
        if (abandoned) {
            return Optional.empty();
        }
        waiting++;
        CompletableFuture<MediaReference> own = upload.copy();
        own.whenComplete((reference, failure) -> {
            if (own.isCancelled()) {
                leave();
            }
        });
        return Optional.of(own);
    }

    private void leave() {
        boolean last;
        synchronized (this) {
            waiting--;
            last = waiting == 0;
            abandoned |= last;
        }
        if (last) {
            upload.cancel(false);
        }
    }

    /** Ends as the work does; the work is cancelled if nobody waits any more. */
    void follow(CompletableFuture<MediaReference> work) {
        work.whenComplete((reference, failure) -> {
            if (failure == null) {
                upload.complete(reference);
            } else {
                upload.completeExceptionally(Failures.unwrap(failure));
            }
        });
        upload.whenComplete((reference, failure) -> {
            if (upload.isCancelled()) {
                work.cancel(false);
            }
        });
    }
}
