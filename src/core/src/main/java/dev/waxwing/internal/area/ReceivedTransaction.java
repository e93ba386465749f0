package dev.waxwing.internal.area;

import dev.waxwing.model.Jid;
import dev.waxwing.proto.storage.InboxEntry;
import dev.waxwing.store.StoreTransaction;
import java.util.Collection;
import java.util.Optional;

/** The transaction that opened a message: what is written here is stored together with the step of the ratchet, or not at all. */
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
     * @param author every known form of its author
     * @param entry what listeners are shown; empty to remember it as received and show nothing
     */
    void toInbox(String id, Collection<Jid> author, Optional<InboxEntry> entry);
}
