package dev.waxwing.group;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.util.Optional;

/**
 * A member of a group.
 *
 * @param id the member in the form in which the group addresses its members, without a device
 * @param alt the member's other form, if known: the phone number in a group by LID, the LID in a group by number
 * @param role what the member may do: {@code admin}
 * @param displayName the name that the server gives for a member whose number is hidden
 */
public record GroupParticipant(Jid id, Optional<Jid> alt, GroupRole role, Optional<String> displayName) {

    /**
     * Checks that nothing is null, and drops devices.
     *
     * @param id the member in the form in which the group addresses its members
     * @param alt the member's other form, if known
     * @param role what the member may do
     * @param displayName the name that the server gives for a member whose number is hidden
     */
    public GroupParticipant {
        id = requireNonNull(id, "id").person();
        alt = requireNonNull(alt, "alt").map(Jid::person);
        requireNonNull(role, "role");
        requireNonNull(displayName, "displayName");
    }

    /**
     * A plain member of whom one address is known.
     *
     * @param id by phone number or LID
     * @return the member
     */
    public static GroupParticipant of(Jid id) {
        return new GroupParticipant(id, Optional.empty(), GroupRole.MEMBER, Optional.empty());
    }

    /**
     * The LID.
     *
     * @return the LID, if known
     */
    public Optional<Jid> lid() {
        return id.isLid() ? Optional.of(id) : alt.filter(Jid::isLid);
    }

    /**
     * The phone number: {@code phoneNumber}.
     *
     * @return the number, if known
     */
    public Optional<Jid> phoneNumber() {
        return id.isPhone() ? Optional.of(id) : alt.filter(Jid::isPhone);
    }

    /**
     * Whether an address is this member's.
     *
     * @param jid by phone number or LID; a device is ignored
     * @return true if it is one of the two forms
     */
    public boolean isCalled(Jid jid) {
        Jid person = requireNonNull(jid, "jid").person();
        return id.equals(person) || alt.filter(person::equals).isPresent();
    }

    /**
     * The same member with another role.
     *
     * @param changed the role
     * @return a copy
     */
    public GroupParticipant withRole(GroupRole changed) {
        return new GroupParticipant(id, alt, requireNonNull(changed, "changed"), displayName);
    }
}
