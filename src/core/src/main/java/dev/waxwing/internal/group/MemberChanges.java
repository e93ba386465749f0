package dev.waxwing.internal.group;

import dev.waxwing.group.GroupMetadata;
import dev.waxwing.group.GroupParticipant;
import dev.waxwing.group.GroupRole;
import dev.waxwing.group.ParticipantAction;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a change of members makes of the list that is known; the server counts its versions. */
final class MemberChanges {

    private MemberChanges() {}

    /** A member as the action leaves it. */
    static GroupParticipant now(GroupParticipant told, ParticipantAction action) {
        return switch (action) {
            case PROMOTE -> told.role().isAdmin() ? told : told.withRole(GroupRole.ADMIN);
            case DEMOTE -> told.withRole(GroupRole.MEMBER);
            default -> told;
        };
    }

    /**
     * The group with the change made.
     *
     * @param change what the server told, with the versions before ({@code prev_v_id}) and after ({@code v_id}, or
     *     {@code p_v_id} in an answer)
     * @param who the members it is about, as they are now
     * @return null if the list that is known is not the one that was changed
     */
    static @Nullable GroupMetadata apply(
            GroupMetadata known, Node change, Collection<GroupParticipant> who, ParticipantAction action) {
        Optional<String> before = Optional.ofNullable(change.attr("prev_v_id"));
        Optional<String> after =
                Optional.ofNullable(change.attr("v_id")).or(() -> Optional.ofNullable(change.attr("p_v_id")));
        Optional<String> version = known.participantVersion();
        if (after.isPresent() && after.equals(version)) {
            // This very change is in it already: the answer to a query, or to the call that made it.
            return known;
        }
        if (before.isPresent() && version.isPresent() && !before.equals(version)) {
            return null;
        }
        return known.toBuilder()
                .participants(members(known.participants(), who, action))
                .participantVersion(after.or(() -> before.isPresent() ? Optional.<String>empty() : version)
                        .orElse(null))
                .build();
    }

    private static List<GroupParticipant> members(
            List<GroupParticipant> known, Collection<GroupParticipant> who, ParticipantAction action) {
        Set<Jid> changed = new HashSet<>();
        who.forEach(one -> {
            changed.add(one.id());
            one.alt().ifPresent(changed::add);
        });
        List<GroupParticipant> members = new ArrayList<>(known.size() + who.size());
        Set<Jid> kept = new HashSet<>();
        for (GroupParticipant member : known) {
            boolean isChanged = changed.contains(member.id())
                    || member.alt().filter(changed::contains).isPresent();
            if (!isChanged) {
                members.add(member);
                continue;
            }
            if (action == ParticipantAction.REMOVE) {
                continue;
            }
            kept.add(member.id());
            member.alt().ifPresent(kept::add);
            members.add(
                    action == ParticipantAction.ADD
                            ? member
                            : member.withRole(
                                    action == ParticipantAction.PROMOTE ? promoted(member) : GroupRole.MEMBER));
        }
        if (action == ParticipantAction.ADD) {
            who.stream()
                    .filter(one -> !kept.contains(one.id())
                            && one.alt().filter(kept::contains).isEmpty())
                    .forEach(members::add);
        }
        return members;
    }

    private static GroupRole promoted(GroupParticipant member) {
        return member.role() == GroupRole.SUPERADMIN ? GroupRole.SUPERADMIN : GroupRole.ADMIN;
    }
}
