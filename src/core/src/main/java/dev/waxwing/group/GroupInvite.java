package dev.waxwing.group;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.time.Instant;

/**
 * A personal invitation to a group ({@code v4} invite): what a member sends to one person, who alone may use it.
 *
 * @param group the group
 * @param code what proves it; 1 to 256 characters
 * @param expiration until when it can be used, to the second
 * @param admin who invites, without a device
 */
public record GroupInvite(Jid group, String code, Instant expiration, Jid admin) {

    /**
     * Checks the parts.
     *
     * @param group the group
     * @param code what proves it; 1 to 256 characters
     * @param expiration until when it can be used, to the second
     * @param admin who invites, without a device
     */
    public GroupInvite {
        requireNonNull(group, "group");
        if (!group.isGroup() || group.user().isEmpty()) {
            throw new IllegalArgumentException("group must be a group but was " + group);
        }
        requireNonNull(code, "code");
        if (code.isEmpty() || code.length() > 256) {
            throw new IllegalArgumentException("code must have 1 to 256 characters but has " + code.length());
        }
        requireNonNull(expiration, "expiration");
        if (!requireNonNull(admin, "admin").isUser()) {
            throw new IllegalArgumentException("admin must be a person but was " + admin);
        }
        admin = requireNonNull(admin, "admin").person();
    }

    /** Shows the group and never the code. */
    @Override
    public String toString() {
        return "GroupInvite[" + group + ", until " + expiration + "]";
    }
}
