package dev.waxwing.internal.signal;

/** Hears what becomes known of devices' identity keys and people's addresses, and what was refused of it. */
@FunctionalInterface
public interface IdentityListener {

    /**
     * Something is new or was refused. Called after the transaction that found it ended, on its thread, with no lock
     * held; of a transaction that failed, only what was refused.
     *
     * @param news what it is
     */
    void identityNews(IdentityNews news);
}
