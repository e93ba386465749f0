package dev.waxwing.chat;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.util.Optional;

/**
 * {@code labels.association}: a label was put on a chat or a message, or taken off.
 *
 * @param labelId which label
 * @param chatId the chat
 * @param messageId the message; empty if the label is on the chat
 * @param labeled true if it was put on ({@code add}), false if it was taken off ({@code remove})
 */
public record LabelsAssociation(String labelId, Jid chatId, Optional<String> messageId, boolean labeled) {

    /**
     * Checks the parts.
     *
     * @param labelId which label
     * @param chatId the chat
     * @param messageId the message
     * @param labeled true if it was put on
     */
    public LabelsAssociation {
        requireNonNull(labelId, "labelId");
        requireNonNull(chatId, "chatId");
        requireNonNull(messageId, "messageId");
    }
}
