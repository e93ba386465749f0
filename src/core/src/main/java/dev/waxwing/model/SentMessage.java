package dev.waxwing.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * What the server acknowledged.
 *
 * @param key the message's key, to quote, edit or match receipts
 * @param timestamp the server's time of the message, to the second
 */
public record SentMessage(MessageKey key, Instant timestamp) {
    /**
     * Checks the parts.
     *
     * @param key its key
     * @param timestamp when the server took it
     */
    public SentMessage {
        requireNonNull(key, "key");
        requireNonNull(timestamp, "timestamp");
    }

    /**
     * The message id.
     *
     * @return the id, never empty
     */
    public String id() {
        return key.id();
    }
}
