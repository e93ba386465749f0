package dev.waxwing.chat;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;

/**
 * {@code chats.delete}: a chat was deleted, with its messages.
 *
 * @param id the chat, in the form that the phone uses
 * @param deleteMedia whether its media go too
 * @param last up to which messages that holds
 * @param initial whether this was before this device read it for the first time
 */
public record ChatsDelete(Jid id, boolean deleteMedia, LastMessages last, boolean initial) {

    /**
     * Checks the parts.
     *
     * @param id the chat
     * @param deleteMedia whether its media go too
     * @param last up to which messages that holds
     * @param initial whether this was before
     */
    public ChatsDelete {
        requireNonNull(id, "id");
        requireNonNull(last, "last");
    }
}
