package dev.waxwing.scaling;

import java.util.concurrent.CompletableFuture;

/** A batch on its way. Safe for use by several threads. */
public interface BatchSend {

    /**
     * What becomes of the batch.
     *
     * @return completes when there is an outcome for each recipient and the listener has heard of all; never fails.
     *     Cancelling it does nothing: see {@link #cancel}
     */
    CompletableFuture<BatchResult> result();

    /**
     * How far the batch is.
     *
     * @return the progress now
     */
    BatchProgress progress();

    /**
     * Stops the batch: no further message is started, and those that are not stored yet are dropped. What is stored
     * goes out all the same, so {@link #result} waits for it, at most for the send timeout. Returns at once; cancelling
     * twice is harmless.
     */
    void cancel();
}
