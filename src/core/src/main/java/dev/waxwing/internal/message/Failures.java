package dev.waxwing.internal.message;

import java.util.concurrent.CompletionException;

/** Futures wrap what went wrong in a stage before; applications get the typed exception itself. */
final class Failures {

    private Failures() {}

    static Throwable unwrap(Throwable failure) {
        Throwable inner = failure;
        while (inner instanceof CompletionException && inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }
}
