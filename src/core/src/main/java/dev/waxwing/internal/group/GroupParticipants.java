package dev.waxwing.internal.group;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The people in a group and how messages to it are addressed.
 *
 * @param group the group
 * @param byLid whether people appear in it by LID, otherwise by phone number
 * @param members everybody in it, this account included, without devices, in the form that the group uses
 * @param ephemeral how long messages in it last; empty if they stay
 */
public record GroupParticipants(Jid group, boolean byLid, List<Jid> members, Optional<Duration> ephemeral) {

    /**
     * Copies the list.
     *
     * @param group the group
     * @param byLid whether people appear in it by LID, otherwise by phone number
     * @param members everybody in it, this account included, without devices, in the form that the group uses
     * @param ephemeral how long messages in it last; empty if they stay
     */
    public GroupParticipants {
        requireNonNull(group, "group");
        members = List.copyOf(members);
        requireNonNull(ephemeral, "ephemeral");
    }
}
