package dev.waxwing.community;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;

/**
 * A group of a community.
 *
 * @param id the group
 * @param subject its name
 * @param announcements whether it is the one in which admins write to the whole community
 */
public record LinkedGroup(Jid id, String subject, boolean announcements) {

    /**
     * Checks that nothing is null.
     *
     * @param id the group
     * @param subject its name
     * @param announcements whether it is the one in which admins write to the whole community
     */
    public LinkedGroup {
        requireNonNull(id, "id");
        requireNonNull(subject, "subject");
    }
}
