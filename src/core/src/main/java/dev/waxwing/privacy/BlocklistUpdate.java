package dev.waxwing.privacy;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.model.Jid;
import java.util.List;

/**
 * {@code blocklist.update}: people were blocked, or are not any more, by another device of the account.
 *
 * @param blocklist the people, by LID where that is known
 * @param type what happened
 */
public record BlocklistUpdate(List<Jid> blocklist, Type type) {

    /**
     * Copies the list.
     *
     * @param blocklist the people, by LID where that is known
     * @param type what happened
     */
    public BlocklistUpdate {
        blocklist = Copies.list(blocklist, "blocklist");
        requireNonNull(type, "type");
    }

    /** What happened to people of the block list. */
    public enum Type {
        /** They were blocked. */
        ADD,
        /** They are not blocked any more. */
        REMOVE
    }
}
