package dev.waxwing.event;

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
public record MessageUndecryptable(MessageKey key, Instant timestamp, DecryptionFailedException.Reason reason) {}
