package dev.waxwing.model;

import dev.waxwing.proto.e2e.Message;
import org.jspecify.annotations.Nullable;

/** Finds the readable text inside a message, through its wrappers. */
final class MessageText {

    /** Deeper nesting than any client produces; a bound against hostile messages. */
    private static final int MAX_WRAPPERS = 8;

    private MessageText() {}

    static String of(Message message) {
        Message inner = message;
        for (int depth = 0; depth < MAX_WRAPPERS; depth++) {
            Message next = unwrap(inner);
            if (next == null) {
                return body(inner);
            }
            inner = next;
        }
        return "";
    }

    private static @Nullable Message unwrap(Message message) {
        if (message.hasDeviceSentMessage()) {
            return message.getDeviceSentMessage().getMessage();
        }
        if (message.hasEphemeralMessage()) {
            return message.getEphemeralMessage().getMessage();
        }
        if (message.hasViewOnceMessage()) {
            return message.getViewOnceMessage().getMessage();
        }
        if (message.hasViewOnceMessageV2()) {
            return message.getViewOnceMessageV2().getMessage();
        }
        if (message.hasViewOnceMessageV2Extension()) {
            return message.getViewOnceMessageV2Extension().getMessage();
        }
        if (message.hasDocumentWithCaptionMessage()) {
            return message.getDocumentWithCaptionMessage().getMessage();
        }
        if (message.hasEditedMessage()) {
            return message.getEditedMessage().getMessage();
        }
        if (message.hasProtocolMessage() && message.getProtocolMessage().hasEditedMessage()) {
            return message.getProtocolMessage().getEditedMessage();
        }
        return null;
    }

    private static String body(Message message) {
        if (message.hasConversation()) {
            return message.getConversation();
        }
        if (message.hasExtendedTextMessage()) {
            return message.getExtendedTextMessage().getText();
        }
        if (message.hasImageMessage()) {
            return message.getImageMessage().getCaption();
        }
        if (message.hasVideoMessage()) {
            return message.getVideoMessage().getCaption();
        }
        if (message.hasDocumentMessage()) {
            return message.getDocumentMessage().getCaption();
        }
        return "";
    }
}
