package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.Message;
import java.util.Optional;

/**
 * The message that another one answers, as the other one's sender says: nothing shows that it was ever written.
 *
 * @param id its id
 * @param author who is said to have written it, without a device
 * @param chat where, if that is not the chat of the answer
 * @param message what it held, in its wire form
 */
public record QuotedMessage(String id, Optional<Jid> author, Optional<Jid> chat, Message message) {

    /**
     * Checks for null.
     *
     * @param id its id
     * @param author who is said to have written it
     * @param chat where, if that is not the chat of the answer
     * @param message what it held
     */
    public QuotedMessage {
        requireNonNull(id, "id");
        requireNonNull(author, "author");
        requireNonNull(chat, "chat");
        requireNonNull(message, "message");
    }

    /**
     * What it held.
     *
     * @return its content
     */
    public MessageContent content() {
        return MessageContent.of(message);
    }

    /** Shows the id and never the content. */
    @Override
    public String toString() {
        return "QuotedMessage[" + id + "]";
    }
}
