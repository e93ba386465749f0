package dev.waxwing.event;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.MessageKey;
import dev.waxwing.model.content.WebMessage;

/**
 * A message about another one came that is sealed by the other one's secret, such as a vote or an encrypted edit, and
 * could not be opened. It comes by {@code messages.upsert} too, as it is.
 *
 * @param key the message that it says to be about
 * @param reason why it was not opened
 * @param by the message itself
 */
public record MessageSealed(MessageKey key, Reason reason, WebMessage by) {

    /** Why something was not opened. */
    public enum Reason {
        /** The secret of the other message is not known: it came before this device was linked, or too long ago. */
        TARGET_UNKNOWN,
        /** It was not sealed by its author for that message. */
        NOT_AUTHENTIC
    }

    /**
     * Checks the parts.
     *
     * @param key the message that it says to be about
     * @param reason why it was not opened
     * @param by the message itself
     */
    public MessageSealed {
        requireNonNull(key, "key");
        requireNonNull(reason, "reason");
        requireNonNull(by, "by");
    }
}
