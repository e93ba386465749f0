package dev.waxwing.event;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.model.content.WebMessage;
import java.util.List;

/**
 * Messages that arrived.
 *
 * @param messages the messages in the order of delivery, never empty
 * @param type how they came
 */
public record MessagesUpsert(List<WebMessage> messages, Type type) {

    /**
     * Copies the list.
     *
     * @param messages the messages in the order of delivery, never empty
     * @param type how they came
     */
    public MessagesUpsert {
        messages = Copies.list(messages, "messages");
        requireNonNull(type, "type");
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("messages must not be empty");
        }
    }

    /** How messages came. A bot that must miss nothing treats both alike. */
    public enum Type {
        /** Live: sent while this device was connected. */
        NOTIFY,
        /** From the backlog that waited on the server while this device was away. */
        APPEND
    }
}
