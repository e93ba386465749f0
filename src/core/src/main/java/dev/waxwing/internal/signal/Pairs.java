package dev.waxwing.internal.signal;

import dev.waxwing.model.Jid;
import dev.waxwing.store.StoreTransaction;
import java.util.Optional;

/** Which phone number and LID are one person, as the rows of a transaction say. */
@FunctionalInterface
public interface Pairs {

    /** Nothing is known of anybody. */
    Pairs NONE = (transaction, person) -> Optional.empty();

    /**
     * The other form of an address.
     *
     * @param transaction the open transaction
     * @param person a phone number or a LID, without a device
     * @return the other form, empty if it is not known
     */
    Optional<Jid> counterpart(StoreTransaction transaction, Jid person);
}
