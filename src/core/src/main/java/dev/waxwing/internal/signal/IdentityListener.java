package dev.waxwing.internal.signal;

import dev.waxwing.model.Jid;

/** Hears of devices whose identity key is not the one known before. */
@FunctionalInterface
public interface IdentityListener {

    /**
     * A device has a new identity key. Called after the transaction that accepted it was committed, on its thread,
     * with no lock held.
     *
     * @param device the device, in the form the transaction used
     */
    void identityChanged(Jid device);
}
