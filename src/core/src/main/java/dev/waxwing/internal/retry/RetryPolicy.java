package dev.waxwing.internal.retry;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * How far resending goes.
 *
 * @param maxRetries how often one message is asked for, or sent again to one device; positive
 * @param getMessage the application's own archive, asked when the account's store does not know a message any more
 * @param phoneDelay how long the sender of a message has to send it again before the own phone is asked for it;
 *     positive
 */
public record RetryPolicy(
        int maxRetries, Function<MessageKey, CompletionStage<Optional<Message>>> getMessage, Duration phoneDelay) {

    /**
     * Checks the parts.
     *
     * @param maxRetries positive
     * @param getMessage the application's own archive
     * @param phoneDelay how long the sender has before the own phone is asked; positive
     */
    public RetryPolicy {
        requireNonNull(getMessage, "getMessage");
        if (phoneDelay.isNegative() || phoneDelay.isZero()) {
            throw new IllegalArgumentException("phoneDelay must be positive but was " + phoneDelay);
        }
        if (maxRetries < 1) {
            throw new IllegalArgumentException("maxRetries must be positive but was " + maxRetries);
        }
    }
}
