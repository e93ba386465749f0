package dev.waxwing.internal.delivery;

import dev.waxwing.internal.group.GroupParticipants;
import dev.waxwing.model.Jid;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The devices of all who are in a group, worked out once for as long as neither changes. Thread-safe.
 */
final class GroupDevices {

    private final GroupParticipants participants;
    private final Optional<Jid> own;
    private final Map<Jid, Jid> named;
    private final Set<Jid> people;
    private final String hash;
    private volatile @Nullable Settled settled;

    /**
     * A state of the store that leaves nothing to do.
     *
     * @param version of the list of those who have the sender key
     * @param changes how many changes of identity were known then
     */
    record Settled(long version, long changes) {}

    /**
     * @param participants who is in the group
     * @param own this device in the form that the group uses, if it has one
     * @param named the devices by the address that their sessions are filed under, each with its address in the group
     * @param people all addresses of those in the group
     * @param hash of all devices with this one
     */
    GroupDevices(GroupParticipants participants, Optional<Jid> own, Map<Jid, Jid> named, Set<Jid> people, String hash) {
        this.participants = participants;
        this.own = own;
        this.named = named;
        this.people = people;
        this.hash = hash;
    }

    GroupParticipants participants() {
        return participants;
    }

    /** This device in the form that the group uses. */
    Optional<Jid> own() {
        return own;
    }

    /** As their sessions are filed, without this device. */
    Collection<Jid> filed() {
        return named.keySet();
    }

    Map<Jid, Jid> byFiled() {
        return Collections.unmodifiableMap(named);
    }

    boolean contains(Jid filed) {
        return named.containsKey(filed);
    }

    /** A device as it is called in the group. */
    Jid named(Jid filed) {
        return named.getOrDefault(filed, filed);
    }

    boolean includes(Jid person) {
        return people.contains(person);
    }

    String hash() {
        return hash;
    }

    int size() {
        return named.size();
    }

    @Nullable
    Settled settled() {
        return settled;
    }

    /** What is known to leave nothing to do; null if it has to be looked up. */
    void settled(@Nullable Settled state) {
        settled = state;
    }
}
