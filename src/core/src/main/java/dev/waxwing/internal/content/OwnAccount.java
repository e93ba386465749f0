package dev.waxwing.internal.content;

import dev.waxwing.internal.account.Credentials;
import dev.waxwing.model.Jid;

/** Tells this account's own devices from those of others. */
public final class OwnAccount {

    private OwnAccount() {}

    /**
     * Whether an address is this account or one of its devices, in either form.
     *
     * @param own this account
     * @param address any address
     * @return true if so
     */
    public static boolean includes(Credentials own, Jid address) {
        return own.me().filter(address::sameUser).isPresent()
                || own.lid().filter(address::sameUser).isPresent();
    }
}
