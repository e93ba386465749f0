package dev.waxwing.internal.area;

import dev.waxwing.proto.storage.InboxEntry;
import dev.waxwing.store.StoreTransaction;
import org.jspecify.annotations.Nullable;

/**
 * The transaction that opened a message: what is written here is stored together with the step of the ratchet, or not
 * at all.
 */
public interface ReceivedTransaction {

    /**
     * The transaction itself.
     *
     * @return the account's store
     */
    StoreTransaction store();

    /**
     * Puts a message into the inbox, unless it is there already.
     *
     * @param id the message's id
     * @param origin the chat it was written in, and its author
     * @param entry what listeners are shown; null to remember it as received and show nothing
     */
    void toInbox(String id, MessageOrigin origin, @Nullable InboxEntry entry);
}
