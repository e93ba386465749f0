package dev.waxwing.internal.message;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * How far resending goes.
 *
 * @param maxRetries how often one message is asked for, or sent again to one device; positive
 * @param getMessage the application's own archive, asked when the account's store does not know a message any more
 */
public record RetryPolicy(int maxRetries, Function<MessageKey, CompletionStage<Optional<Message>>> getMessage) {

    /**
     * Checks the parts.
     *
     * @param maxRetries positive
     * @param getMessage the application's own archive
     */
    public RetryPolicy {
        requireNonNull(getMessage, "getMessage");
        if (maxRetries < 1) {
            throw new IllegalArgumentException("maxRetries must be positive but was " + maxRetries);
        }
    }
}
