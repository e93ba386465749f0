package dev.waxwing.internal.sync.appstate;

import dev.waxwing.internal.sync.syncd.StateAction;
import dev.waxwing.internal.sync.syncd.StateCollection;
import java.util.List;

/** Hears what was done to the application state, by this device and by others. */
@FunctionalInterface
public interface StateListener {

    /**
     * Something was done, and is stored. Called on the account's executor, one call after the other; may block on the
     * store.
     *
     * @param collection where
     * @param actions what, in order; may be none
     * @param initial whether this is all that is there, read from the beginning; each index comes once then
     */
    void applied(StateCollection collection, List<StateAction> actions, boolean initial);
}
