package dev.waxwing.model.content;

import dev.waxwing.model.MessageWrappers;
import dev.waxwing.proto.e2e.Message;

/** Finds the readable text inside a message, through its wrappers. */
final class MessageText {

    private MessageText() {}

    static String of(Message message) {
        return body(MessageWrappers.innermost(message));
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
        if (message.hasPtvMessage()) {
            return message.getPtvMessage().getCaption();
        }
        if (message.hasDocumentMessage()) {
            return message.getDocumentMessage().getCaption();
        }
        return "";
    }
}
