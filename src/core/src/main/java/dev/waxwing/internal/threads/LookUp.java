package dev.waxwing.internal.threads;

import java.util.concurrent.CompletableFuture;

/**
 * One question that is on its way, whose answer is kept by whoever asked unless it is outdated by then. Thread-safe.
 *
 * @param <K> what is asked about
 * @param <T> the answer
 */
public final class LookUp<K, T> {

    private final K subject;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private boolean outdated;

    /**
     * Begins one.
     *
     * @param subject what is asked about
     */
    public LookUp(K subject) {
        this.subject = subject;
    }

    /**
     * What is asked about.
     *
     * @return the subject
     */
    public K subject() {
        return subject;
    }

    /**
     * The answer.
     *
     * @return completed by whoever asks
     */
    public CompletableFuture<T> result() {
        return result;
    }

    /** What is asked about has changed: the answer may be of before that, and is not to be kept. */
    public synchronized void outdate() {
        outdated = true;
    }

    /**
     * Keeps the answer if it is not outdated. Nobody can call it outdated until it is kept, and then finds it there.
     *
     * @param keep keeps it; quick
     * @return whether it was kept
     */
    public synchronized boolean unlessOutdated(Runnable keep) {
        if (!outdated) {
            keep.run();
        }
        return !outdated;
    }
}
