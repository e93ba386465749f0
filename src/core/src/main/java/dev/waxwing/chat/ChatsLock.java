package dev.waxwing.chat;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;

/**
 * {@code chats.lock}: a chat was locked or unlocked.
 *
 * @param id the chat
 * @param locked whether it is locked
 */
public record ChatsLock(Jid id, boolean locked) {

    /**
     * Checks that there is a chat.
     *
     * @param id the chat
     * @param locked whether it is locked
     */
    public ChatsLock {
        requireNonNull(id, "id");
    }
}
