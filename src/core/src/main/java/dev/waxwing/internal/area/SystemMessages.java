package dev.waxwing.internal.area;

import java.util.List;

/** Where areas put the messages that no person wrote. */
@FunctionalInterface
public interface SystemMessages {

    /**
     * Puts messages into the inbox, all in one transaction, but those that are there or were; then listeners are woken.
     * Blocks on the store: for the lane of the chat. What is owed to the server for the news must come after this.
     *
     * @param messages the messages of one chat, in order; may be none
     * @throws dev.waxwing.error.StoreFailedException if the store fails: none is kept
     */
    void keep(List<SystemMessage> messages);
}
