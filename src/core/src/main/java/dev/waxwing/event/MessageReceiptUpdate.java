package dev.waxwing.event;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.ReceiptType;
import java.time.Instant;

/**
 * A receipt of one recipient for one message.
 *
 * @param key the message that the receipt is about
 * @param user who sent the receipt
 * @param type what it says
 * @param timestamp the server's time of the receipt, to the second
 */
public record MessageReceiptUpdate(MessageKey key, Jid user, ReceiptType type, Instant timestamp) {
    /**
     * Checks the parts.
     *
     * @param key the message
     * @param user who sent the receipt
     * @param type what it says
     * @param timestamp when
     */
    public MessageReceiptUpdate {
        requireNonNull(key, "key");
        requireNonNull(user, "user");
        requireNonNull(type, "type");
        requireNonNull(timestamp, "timestamp");
    }
}
