package dev.waxwing.internal.stream;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/** The delays of a {@link BackoffPolicy}, one after another. Event loop only. */
final class Backoff {

    private final BackoffPolicy policy;
    private final DoubleSupplier random;
    private double current;
    private double next;

    /** The supplier gives 0 (inclusive) to 1 (exclusive). */
    Backoff(BackoffPolicy policy, DoubleSupplier random) {
        this.policy = policy;
        this.random = random;
        reset();
    }

    void reset() {
        current = 0;
        next = 1;
    }

    Duration next() {
        step();
        double varied = 1 + policy.jitter() * (2 * random.getAsDouble() - 1);
        return Duration.ofNanos((long) (capped(current) * policy.unit().toNanos() * varied));
    }

    /** The delay after a rate limit: some steps are left out. */
    Duration nextLong() {
        for (int i = 0; i < policy.longSteps(); i++) {
            step();
        }
        return next();
    }

    private void step() {
        double sum = current + next;
        current = next;
        next = capped(sum);
    }

    private double capped(double units) {
        return Math.min(units, (double) policy.cap().toNanos() / policy.unit().toNanos());
    }
}
