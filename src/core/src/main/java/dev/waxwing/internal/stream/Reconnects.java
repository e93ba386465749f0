package dev.waxwing.internal.stream;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/** Decides when to connect again. Event loop only. */
final class Reconnects {

    private final BackoffPolicy policy;
    private final Backoff backoff;
    private boolean lastWasImmediate;

    Reconnects(BackoffPolicy policy, DoubleSupplier random) {
        this.policy = policy;
        this.backoff = new Backoff(policy, random);
    }

    /**
     * The delay before the next connection.
     *
     * @param reaction any but STOP
     * @param lasted how long the last connection stood
     * @param credentialsChanged whether the next connection is the first of a freshly linked device
     */
    Duration delay(DisconnectReason.Reaction reaction, Duration lasted, boolean credentialsChanged) {
        boolean stable = lasted.compareTo(policy.stableAfter()) >= 0;
        if (stable) {
            backoff.reset();
        }
        boolean immediate = credentialsChanged
                || reaction == DisconnectReason.Reaction.RECONNECT_NOW
                || reaction == DisconnectReason.Reaction.UPDATE_VERSION;
        // A server that asks for a restart after every login must not keep this side spinning.
        if (immediate && (!lastWasImmediate || stable || credentialsChanged)) {
            lastWasImmediate = true;
            return Duration.ZERO;
        }
        lastWasImmediate = immediate;
        return reaction == DisconnectReason.Reaction.LONG_BACK_OFF ? backoff.nextLong() : backoff.next();
    }
}
