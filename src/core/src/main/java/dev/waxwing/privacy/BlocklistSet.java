package dev.waxwing.privacy;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.model.Jid;
import java.util.List;

/**
 * {@code blocklist.set}: the whole list of those whom this account has blocked.
 *
 * @param blocklist the people, by LID where that is known
 */
public record BlocklistSet(List<Jid> blocklist) {

    /**
     * Copies the list.
     *
     * @param blocklist the people, by LID where that is known
     */
    public BlocklistSet {
        blocklist = Copies.list(blocklist, "blocklist");
    }
}
