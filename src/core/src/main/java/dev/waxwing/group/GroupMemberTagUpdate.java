package dev.waxwing.group;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.time.Instant;
import java.util.Optional;

/**
 * {@code group.member-tag.update}: a member of a group goes by another label there.
 *
 * @param groupId the group
 * @param participant the member, without a device
 * @param participantAlt the other form of that address, if known
 * @param label the label, empty if it was taken away; as the member wrote it
 * @param time when, to the second
 */
public record GroupMemberTagUpdate(
        Jid groupId, Jid participant, Optional<Jid> participantAlt, String label, Instant time) {

    /**
     * Checks the parts.
     *
     * @param groupId the group
     * @param participant the member, without a device
     * @param participantAlt the other form of that address, if known
     * @param label the label, empty if it was taken away; as the member wrote it
     * @param time when, to the second
     */
    public GroupMemberTagUpdate {
        requireNonNull(groupId, "groupId");
        participant = requireNonNull(participant, "participant").person();
        participantAlt = requireNonNull(participantAlt, "participantAlt").map(Jid::person);
        requireNonNull(label, "label");
        requireNonNull(time, "time");
    }

    /** Shows who and where, and not the label. */
    @Override
    public String toString() {
        return "GroupMemberTagUpdate[" + groupId + ", " + participant + "]";
    }
}
