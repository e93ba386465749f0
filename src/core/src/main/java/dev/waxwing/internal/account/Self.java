package dev.waxwing.internal.account;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.util.Optional;

/**
 * Who this account is: all that an area sees of its credentials. The private keys stay with the rooms that use them.
 *
 * @param me this device's phone-number JID, device number included; empty until linked
 * @param lid this device's LID, device number included; empty until known
 * @param pushName the name that others see: the account's, or else the configured one; empty if there is neither
 */
public record Self(Optional<Jid> me, Optional<Jid> lid, Optional<String> pushName) {

    /**
     * Checks that nothing is null.
     *
     * @param me this device's phone-number JID, device number included; empty until linked
     * @param lid this device's LID, device number included; empty until known
     * @param pushName the name that others see: the account's, or else the configured one; empty if there is neither
     */
    public Self {
        requireNonNull(me, "me");
        requireNonNull(lid, "lid");
        requireNonNull(pushName, "pushName");
    }

    /**
     * Whether an address is this account or one of its devices, in either form.
     *
     * @param address a user or device
     * @return true if it is
     */
    public boolean includes(Jid address) {
        return me.filter(address::sameUser).isPresent()
                || lid.filter(address::sameUser).isPresent();
    }
}
