package dev.waxwing.scaling;

import dev.waxwing.model.Jid;

/** Hears of each recipient of a batch as soon as it is known what became of it. */
@FunctionalInterface
public interface BatchListener {

    /**
     * Called once for each recipient, one call at a time, where listeners of events run: it may block, and then holds
     * up its own batch alone. What it throws is logged.
     *
     * @param recipient as given to {@code sendAll}, without a device
     * @param outcome what became of it
     * @param progress how far the batch is with it
     */
    void finished(Jid recipient, BatchOutcome outcome, BatchProgress progress);
}
