package dev.waxwing.group;

/** What is either on or off for a group. Later versions may add more. */
public enum GroupSwitch {
    /** Only admins may write: {@code announce}. */
    ANNOUNCE,
    /** Only admins may change subject, description and picture: {@code restrict}. */
    RESTRICT,
    /** Whoever wants to join by link must be approved: {@code joinApprovalMode}. */
    JOIN_APPROVAL,
    /** What was forwarded often already cannot be forwarded there. */
    NO_FREQUENTLY_FORWARDED,
    /** Members may report messages to the admins. */
    ADMIN_REPORTS,
    /** Who joins is given the latest messages by those who were there. */
    GROUP_HISTORY,
    /** Messages of the group cannot be shared elsewhere. */
    LIMIT_SHARING,
    /** In a community: members may add groups to it. */
    NON_ADMIN_SUB_GROUPS,
    /** Nobody can join by link for now; the server's doing. */
    GROWTH_LOCKED,
    /** Closed by the service. */
    SUSPENDED,
    /** Members are hidden from each other. */
    INCOGNITO,
    /** A sub-group that only its members see. */
    HIDDEN
}
