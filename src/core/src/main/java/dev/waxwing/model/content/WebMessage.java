package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import java.time.Instant;
import java.util.Optional;

/**
 * A message of a chat, received or sent from another device of this account.
 *
 * @param key what identifies it
 * @param timestamp the server's time, to the second
 * @param pushName the author's display name as the author gave it, if known
 * @param message the decrypted content as it came, wrappers included; empty for most messages that no person wrote
 * @param stub what happened, in a message that no person wrote
 */
public record WebMessage(
        MessageKey key, Instant timestamp, Optional<String> pushName, Message message, Optional<StubMessage> stub) {

    /**
     * Checks the parts.
     *
     * @param key what identifies it
     * @param timestamp the server's time
     * @param pushName the author's display name
     * @param message the decrypted content
     * @param stub what happened, in a message that no person wrote
     */
    public WebMessage {
        requireNonNull(key, "key");
        requireNonNull(timestamp, "timestamp");
        requireNonNull(pushName, "pushName");
        requireNonNull(message, "message");
        requireNonNull(stub, "stub");
    }

    /**
     * A message that a person wrote.
     *
     * @param key what identifies it
     * @param timestamp the server's time
     * @param pushName the author's display name
     * @param message the decrypted content
     */
    public WebMessage(MessageKey key, Instant timestamp, Optional<String> pushName, Message message) {
        this(key, timestamp, pushName, message, Optional.empty());
    }

    /**
     * The message id.
     *
     * @return the id, never empty
     */
    public String id() {
        return key.id();
    }

    /**
     * Who wrote it, without a device: the participant in groups, otherwise the chat. Not meaningful if
     * {@link MessageKey#fromMe()}.
     *
     * @return the author
     */
    public Jid author() {
        return key.participant().orElse(key.remoteJid());
    }

    /**
     * What the message holds, out of its wrappers: a class for each kind, to switch on.
     *
     * @return the content; {@link dev.waxwing.model.content.UnknownContent} if this version has no kind for it
     */
    public MessageContent content() {
        return MessageContent.of(message);
    }

    /**
     * What the message has beside its content: what it answers, whom it mentions, and more.
     *
     * @return the context, never null
     */
    public ReceivedContext context() {
        return ReceivedContext.of(message);
    }

    /**
     * The text a person would read: the body of a text message, or the caption of an image, video or document. Wrappers
     * (disappearing, view once, edited, …) are looked through.
     *
     * @return the text, empty if the message has none
     */
    public String text() {
        return MessageText.of(message);
    }

    /** Shows the key and never the content. */
    @Override
    public String toString() {
        return "WebMessage[" + key.remoteJid() + " " + key.id() + "]";
    }
}
