package dev.waxwing.media;

/** Hears how far a transfer is. */
@FunctionalInterface
public interface TransferListener {

    /**
     * So much is done. Called where listeners run, one call at a time; may block, and is called less often then. What it
     * throws is logged.
     *
     * @param done bytes of the encrypted form that have come or are on their way, never fewer than before
     * @param total how many there are, 0 if that is not known
     */
    void transferred(long done, long total);
}
