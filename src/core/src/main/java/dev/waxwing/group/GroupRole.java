package dev.waxwing.group;

/** What a member may do in a group. Later versions may add more. */
public enum GroupRole {
    /** No more than the group's settings allow everybody. */
    MEMBER,
    /** May change the group and its members. */
    ADMIN,
    /** An admin who cannot be demoted: the creator. */
    SUPERADMIN;

    /**
     * Whether this is an admin of either kind.
     *
     * @return false for a plain member
     */
    public boolean isAdmin() {
        return this != MEMBER;
    }
}
