package dev.waxwing.chat;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import java.util.List;

/**
 * {@code messages.delete}: messages were deleted for this account alone. What was deleted for everyone comes as {@code
 * messages.update}. Later versions may add kinds.
 */
public sealed interface MessagesDelete {

    /**
     * Single messages.
     *
     * @param keys the messages
     * @param deleteMedia whether their media go too
     */
    record Keys(List<MessageKey> keys, boolean deleteMedia) implements MessagesDelete {
        /**
         * Copies the list.
         *
         * @param keys the messages
         * @param deleteMedia whether their media go too
         */
        public Keys {
            keys = Copies.list(keys, "keys");
        }
    }

    /**
     * A chat was cleared.
     *
     * @param id the chat
     * @param keepStarred whether starred messages stay
     * @param deleteMedia whether their media go too
     * @param last up to which messages that holds
     */
    record All(Jid id, boolean keepStarred, boolean deleteMedia, LastMessages last) implements MessagesDelete {
        /**
         * Checks the parts.
         *
         * @param id the chat
         * @param keepStarred whether starred messages stay
         * @param deleteMedia whether their media go too
         * @param last up to which messages that holds
         */
        public All {
            requireNonNull(id, "id");
            requireNonNull(last, "last");
        }
    }
}
