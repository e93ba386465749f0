package dev.waxwing.group;

/** What a group is to a community, if it is part of one. Later versions may add more. */
public enum GroupKind {
    /** A group by itself, or one among those of a community. */
    GROUP,
    /** A community: the parent of its groups, in which nobody writes. */
    COMMUNITY,
    /** The group of a community in which admins write to everybody: {@code isCommunityAnnounce}. */
    COMMUNITY_ANNOUNCEMENTS,
    /** The group of a community that everybody is in and may write to. */
    COMMUNITY_GENERAL
}
