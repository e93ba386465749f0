package dev.waxwing.group;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.model.Jid;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * {@code group-participants.update}: people came to a group, left it, or have another role. Mostly from a notice. Nobody
 * signs the list of members, so this comes too, without an author, when a list that the server answers names others than
 * the one before, or the next message goes to people that none went to, and no notice has told of them.
 *
 * @param id the group
 * @param author who did it, without a device; the person itself for one who left or joined by a link; empty if the
 *     server has not said who
 * @param authorAlt the other form of that address, if known
 * @param time when, to the second
 * @param action what was done
 * @param participants to whom, with the role they have now as far as told
 * @param reason why, in the server's words, for example {@code invite}
 */
public record GroupParticipantsUpdate(
        Jid id,
        Optional<Jid> author,
        Optional<Jid> authorAlt,
        Instant time,
        ParticipantAction action,
        List<GroupParticipant> participants,
        Optional<String> reason) {

    /**
     * Checks the parts.
     *
     * @param id the group
     * @param author who did it, without a device; the person itself for one who left or joined by a link
     * @param authorAlt the other form of that address, if known
     * @param time when, to the second
     * @param action what was done
     * @param participants to whom, with the role they have now as far as told
     * @param reason why, in the server's words, for example {@code invite}
     */
    public GroupParticipantsUpdate {
        requireNonNull(id, "id");
        author = requireNonNull(author, "author").map(Jid::person);
        authorAlt = requireNonNull(authorAlt, "authorAlt").map(Jid::person);
        requireNonNull(time, "time");
        requireNonNull(action, "action");
        participants = Copies.list(participants, "participants");
        requireNonNull(reason, "reason");
    }
}
