package dev.waxwing.model;

import java.time.Instant;

/**
 * What the server acknowledged.
 *
 * @param key the message's key, to quote, edit or match receipts
 * @param timestamp the server's time of the message, to the second
 */
public record SentMessage(MessageKey key, Instant timestamp) {

    /**
     * The message id.
     *
     * @return the id, never empty
     */
    public String id() {
        return key.id();
    }
}
