package dev.waxwing.event;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.MessageStatus;
import java.util.List;

/**
 * Messages whose status changed.
 *
 * @param updates the changes in order, never empty
 */
public record MessagesUpdate(List<StatusChange> updates) {

    /**
     * Copies the list.
     *
     * @param updates the changes in order, never empty
     */
    public MessagesUpdate {
        updates = Copies.list(updates, "updates");
    }

    /**
     * One message's new status.
     *
     * @param key the message
     * @param status its status now
     */
    public record StatusChange(MessageKey key, MessageStatus status) {
        /**
         * Checks the parts.
         *
         * @param key the message
         * @param status its status now
         */
        public StatusChange {
            requireNonNull(key, "key");
            requireNonNull(status, "status");
        }
    }
}
