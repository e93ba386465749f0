package dev.waxwing.testkit.phone;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.Message;
import java.time.Instant;

/**
 * A message that a simulated phone has, decrypted. People are named by phone number, whatever form of address the
 * message came with.
 *
 * @param id the message id
 * @param chat the other person, or the group, without a device
 * @param author who wrote it, without a device
 * @param fromMe true if the phone's own account wrote it, on the phone or on a companion
 * @param timestamp the server's time
 * @param content what is in it, without the wrapper for own devices
 */
public record PhoneMessage(String id, Jid chat, Jid author, boolean fromMe, Instant timestamp, Message content) {

    /**
     * Requires everything.
     *
     * @param id the message id
     * @param chat the other person, or the group, without a device
     * @param author who wrote it, without a device
     * @param fromMe true if the phone's own account wrote it
     * @param timestamp the server's time
     * @param content what is in it
     */
    public PhoneMessage {
        requireNonNull(id, "id");
        requireNonNull(chat, "chat");
        requireNonNull(author, "author");
        requireNonNull(timestamp, "timestamp");
        requireNonNull(content, "content");
    }

    /**
     * Its text.
     *
     * @return the text, or empty if it is none
     */
    public String text() {
        return content.hasExtendedTextMessage()
                ? content.getExtendedTextMessage().getText()
                : content.getConversation();
    }

    /** Without the content. */
    @Override
    public String toString() {
        return "PhoneMessage[" + id + " in " + chat + "]";
    }
}
