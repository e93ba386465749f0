package dev.waxwing.event;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.model.MessageKey;
import java.time.Instant;

/**
 * A message arrived and could not be decrypted.
 *
 * @param key the message
 * @param timestamp the server's time of the message, to the second
 * @param reason why it could not be decrypted
 */
public record MessageUndecryptable(MessageKey key, Instant timestamp, DecryptionFailedException.Reason reason) {
    /**
     * Checks the parts.
     *
     * @param key the message
     * @param timestamp when it was sent
     * @param reason why
     */
    public MessageUndecryptable {
        requireNonNull(key, "key");
        requireNonNull(timestamp, "timestamp");
        requireNonNull(reason, "reason");
    }
}
