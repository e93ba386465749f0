package dev.waxwing.store;

import dev.waxwing.model.Jid;
import dev.waxwing.model.UserDevices;
import java.util.Optional;

/**
 * Remembers which devices people have, so that not every message asks the server. A cache and no more: it may forget at
 * any time, and an entry that is gone costs one query. Several accounts may share one, and several processes one behind
 * it (a data grid, Redis), since a person's devices are the same for everybody. But what the server of one account says
 * then decides for which devices the others encrypt: share one only among accounts whose server is the same. The cache
 * used by default shares memory and no entries.
 *
 * <p>Waxwing keeps the entries fresh by the server's notices and removes what it cannot trust. A notice reaches only
 * accounts that are connected, so let entries expire: the cache used by default keeps 100,000 lists of all accounts
 * together for 300 s each.
 *
 * <p>Implementations are thread-safe. They are called on the account's executor, never on a network thread, and may
 * block briefly; each message sent waits for it. One that throws is logged and passed over: the server is asked
 * instead.
 */
public interface UserDevicesCache {

    /**
     * What is known of a person.
     *
     * @param user by phone number or LID, without a device; the two forms of one person are two entries
     * @return what was put last, or empty if nothing is known any more
     */
    Optional<UserDevices> get(Jid user);

    /**
     * Remembers what was learned of a person, in place of what was known.
     *
     * @param devices the devices, under {@link UserDevices#user()}
     */
    void put(UserDevices devices);

    /**
     * Forgets a person, because what is known may be wrong. Must have happened when this returns; does nothing if
     * nothing is known.
     *
     * @param user by phone number or LID, without a device
     */
    void remove(Jid user);
}
