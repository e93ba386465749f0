package dev.waxwing.chat;

import dev.waxwing.internal.arguments.Copies;
import java.util.List;

/**
 * {@code chats.update}: what changed about chats.
 *
 * @param updates the changes in order, never empty
 * @param initial whether this is what was before this device read it for the first time
 */
public record ChatsUpdate(List<ChatUpdate> updates, boolean initial) {

    /**
     * Copies the list.
     *
     * @param updates the changes in order
     * @param initial whether this is what was before
     */
    public ChatsUpdate {
        updates = Copies.list(updates, "updates");
    }
}
