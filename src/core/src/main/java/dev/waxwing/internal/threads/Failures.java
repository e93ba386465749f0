package dev.waxwing.internal.threads;

import java.util.concurrent.CompletionException;

/** Futures wrap what went wrong in a stage before; applications get the typed exception itself. */
public final class Failures {

    private Failures() {}

    /**
     * What went wrong, without what futures put around it.
     *
     * @param failure a failure as a stage is told it
     * @return the failure itself
     */
    public static Throwable unwrap(Throwable failure) {
        Throwable inner = failure;
        while (inner instanceof CompletionException && inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }
}
