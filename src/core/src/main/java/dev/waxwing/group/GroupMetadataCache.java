package dev.waxwing.group;

import dev.waxwing.model.Jid;
import java.util.Optional;

/**
 * {@code cachedGroupMetadata}: remembers what is known of groups, so that not every message to a group asks the server.
 * A cache and no more: it may forget at any time, and an entry that is gone costs one query. Waxwing keeps one in
 * memory unless the application brings its own; whatever it remembers goes through here, so an application's cache sees
 * every change.
 *
 * <p>Waxwing keeps the entries right by the server's notices, and removes what it cannot trust. One account's view of a
 * group is not another's: do not share one among accounts.
 *
 * <p>Implementations are thread-safe. They are called on the account's executor, never on a network thread, and may
 * block briefly; each message to a group waits for it. One that throws is logged and passed over: the server is asked
 * instead.
 */
public interface GroupMetadataCache {

    /**
     * What is known of a group.
     *
     * @param group the group
     * @return what was put last, or empty if nothing is known any more
     */
    Optional<GroupMetadata> get(Jid group);

    /**
     * Remembers what was learned of a group, in place of what was known.
     *
     * @param metadata the metadata, under {@link GroupMetadata#id()}
     */
    void put(GroupMetadata metadata);

    /**
     * Forgets a group, because what is known may be wrong. Must have happened when this returns; does nothing if
     * nothing is known.
     *
     * @param group the group
     */
    void remove(Jid group);
}
