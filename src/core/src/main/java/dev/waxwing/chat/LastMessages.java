package dev.waxwing.chat;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.model.MessageKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Up to which messages of a chat an action goes. The newest one is enough. Without any, the phone
 * may undo an archive, a read mark or a deletion when it knows of newer messages.
 *
 * @param messages the newest last; at most 1,000
 * @param lastMessage when the newest message was written, to the second; empty if not known
 * @param lastSystemMessage when the newest message was that no person wrote; empty if not known
 */
public record LastMessages(List<Message> messages, Optional<Instant> lastMessage, Optional<Instant> lastSystemMessage) {

    private static final int MOST = 1_000;
    private static final LastMessages NONE = new LastMessages(List.of(), Optional.empty(), Optional.empty());

    /**
     * A message of the chat.
     *
     * @param key the message; in a group one of somebody else's names its author
     * @param timestamp when it was written, to the second
     */
    public record Message(MessageKey key, Instant timestamp) {
        /**
         * Checks the parts.
         *
         * @param key the message
         * @param timestamp when it was written
         */
        public Message {
            requireNonNull(key, "key");
            requireNonNull(timestamp, "timestamp");
        }
    }

    /**
     * Copies the list.
     *
     * @param messages the newest last; at most 1,000
     * @param lastMessage when the newest message was written
     * @param lastSystemMessage when the newest message was that no person wrote
     */
    public LastMessages {
        messages = Copies.list(messages, "messages");
        requireNonNull(lastMessage, "lastMessage");
        requireNonNull(lastSystemMessage, "lastSystemMessage");
        if (messages.size() > MOST) {
            throw new IllegalArgumentException("messages must be at most " + MOST + " but are " + messages.size());
        }
    }

    /**
     * The newest message of a chat.
     *
     * @param key the message; in a group one of somebody else's names its author
     * @param timestamp when it was written, to the second
     * @return that message
     */
    public static LastMessages of(MessageKey key, Instant timestamp) {
        return new LastMessages(List.of(new Message(key, timestamp)), Optional.of(timestamp), Optional.empty());
    }

    /**
     * No message is known.
     *
     * @return nothing
     */
    public static LastMessages none() {
        return NONE;
    }
}
