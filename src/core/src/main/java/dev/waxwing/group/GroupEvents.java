package dev.waxwing.group;

import dev.waxwing.event.EventKey;

/** The keys of the events of groups, under the names that users of Baileys know. */
public final class GroupEvents {

    /** {@code groups.upsert}: this account is in a group that it was not in. */
    public static final EventKey<GroupsUpsert> GROUPS_UPSERT = new EventKey<>("groups.upsert", GroupsUpsert.class);

    /** {@code groups.update}: something about a group changed. */
    public static final EventKey<GroupUpdate> GROUPS_UPDATE = new EventKey<>("groups.update", GroupUpdate.class);

    /** {@code group-participants.update}: people came, left, or have another role. */
    public static final EventKey<GroupParticipantsUpdate> GROUP_PARTICIPANTS_UPDATE =
            new EventKey<>("group-participants.update", GroupParticipantsUpdate.class);

    /** {@code group.join-request}: somebody asked to be let in, or does not any more. */
    public static final EventKey<GroupJoinRequest> GROUP_JOIN_REQUEST =
            new EventKey<>("group.join-request", GroupJoinRequest.class);

    /** {@code group.member-tag.update}: a member goes by another label. */
    public static final EventKey<GroupMemberTagUpdate> GROUP_MEMBER_TAG_UPDATE =
            new EventKey<>("group.member-tag.update", GroupMemberTagUpdate.class);

    private GroupEvents() {}
}
