package dev.waxwing.internal.threads;

/** Something scheduled that may be called off; calling it off late or twice does nothing. */
@FunctionalInterface
public interface Cancellable {

    /** Calls it off. */
    void cancel();
}
