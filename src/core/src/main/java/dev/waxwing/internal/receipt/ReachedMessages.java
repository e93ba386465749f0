package dev.waxwing.internal.receipt;

import dev.waxwing.model.Jid;
import java.util.List;
import java.util.Set;

/** Hears which of the own messages somebody has. */
@FunctionalInterface
public interface ReachedMessages {

    /**
     * Somebody in a chat has messages, so the server has them too, whether or not its ack has come.
     *
     * @param chat the chat, in every form known
     * @param ids the messages' ids; those of other chats are to be ignored
     */
    void reached(Set<Jid> chat, List<String> ids);
}
