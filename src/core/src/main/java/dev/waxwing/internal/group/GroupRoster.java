package dev.waxwing.internal.group;

import dev.waxwing.model.Jid;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/**
 * Who is in which group, from what is known of it or else from the server: all that sending to a group asks of the
 * groups. Thread-safe.
 */
public interface GroupRoster {

    /**
     * Who is in a group, and how messages to it are addressed. As long as nothing changed, the very same object is
     * answered, so that whoever worked something out from it can tell that it still holds. Call off the event loop.
     *
     * @param group the group
     * @return its people; fails as {@link dev.waxwing.internal.stream.StanzaStream#request} does, thus with
     *     {@link dev.waxwing.error.ServerRefusedException} if this account is not in the group
     */
    CompletableFuture<GroupParticipants> participants(Jid group);

    /**
     * Whether a person is an admin of a group. Call off the event loop.
     *
     * @param group the group
     * @param person in either form, without a device
     * @return true for an admin; fails as {@link #participants} does
     */
    CompletableFuture<Boolean> isAdmin(Jid group, Jid person);

    /**
     * Drops what is known of a group, so that the next look-up asks the server: it turned out to be outdated. On any
     * thread.
     *
     * @param group the group
     */
    void forget(Jid group);

    /**
     * The next message goes to people that no message went to before, by what is stored: the application is told of
     * those that it has not heard of. On any thread.
     *
     * @param group the group
     * @param people by the address that their sessions are filed under; none of them this account
     */
    void reached(Jid group, Collection<Jid> people);
}
