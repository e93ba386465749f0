package dev.waxwing.testkit.area.group;

import dev.waxwing.model.Jid;
import dev.waxwing.testkit.state.Account;

/** An account has two addresses, and a stanza keeps to the one it began with. */
public final class Addressing {

    private Addressing() {}

    /**
     * The account's address without device, by LID if the other address is a LID, else by phone number.
     *
     * @param other the address that a stanza has already
     * @param account whose address is wanted
     * @return without device
     */
    public static Jid like(Jid other, Account account) {
        return other.isLid() ? account.lid() : account.phoneNumber();
    }

    /**
     * The account's address without device in the form that the other address does not have.
     *
     * @param other the address that a stanza has already
     * @param account whose address is wanted
     * @return without device
     */
    public static Jid unlike(Jid other, Account account) {
        return other.isLid() ? account.phoneNumber() : account.lid();
    }
}
