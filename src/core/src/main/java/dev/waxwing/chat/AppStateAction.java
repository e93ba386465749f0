package dev.waxwing.chat;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.proto.syncaction.SyncActionValue;
import java.util.List;

/**
 * {@code app-state.action}: an action of the application state as it came, whatever it is. Its MACs were checked: a
 * device of this account wrote it.
 *
 * @param collection where it lies, for example {@code regular_low}
 * @param index its name, then what it is about
 * @param value what is set; fields that this version does not know are kept as unknown ones
 * @param version of the action
 * @param removal whether the index was removed
 * @param initial whether this is what was before this device read it for the first time
 */
public record AppStateAction(
        String collection, List<String> index, SyncActionValue value, int version, boolean removal, boolean initial) {

    /**
     * Copies the index.
     *
     * @param collection where it lies
     * @param index its name, then what it is about
     * @param value what is set
     * @param version of the action
     * @param removal whether the index was removed
     * @param initial whether this is what was before
     */
    public AppStateAction {
        requireNonNull(collection, "collection");
        index = Copies.list(index, "index");
        requireNonNull(value, "value");
        if (index.isEmpty()) {
            throw new IllegalArgumentException("index must not be empty");
        }
    }

    /** Without the value, which may say what people wrote. */
    @Override
    public String toString() {
        return "AppStateAction[" + index.get(0) + " in " + collection + (removal ? " removed]" : "]");
    }
}
