package dev.waxwing.internal.delivery;

import dev.waxwing.model.Jid;

/** Whom a message goes to has changed since it was looked up: it has to be looked up again. Never leaves the library. */
public final class OutdatedAddresseesException extends RuntimeException {

    private static final long serialVersionUID = 1;

    OutdatedAddresseesException(Jid chat) {
        super("who gets a message to " + chat + " has changed meanwhile");
    }
}
