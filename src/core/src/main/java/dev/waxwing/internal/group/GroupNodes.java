package dev.waxwing.internal.group;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.group.AddressingMode;
import dev.waxwing.group.GroupDescription;
import dev.waxwing.group.GroupKind;
import dev.waxwing.group.GroupMetadata;
import dev.waxwing.group.GroupParticipant;
import dev.waxwing.group.GroupRole;
import dev.waxwing.group.GroupSwitch;
import dev.waxwing.group.WhoMay;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the group element and its parts (protocol notes 08, section 1.1). What is not known in it is passed over. */
public final class GroupNodes {

    /** The service's own limit is some thousands; a list beyond this is not one of members. */
    static final int MOST_PARTICIPANTS = 20_000;

    /** Switches by the tag of the child that says they are on. */
    static final Map<String, GroupSwitch> SWITCHES = Map.ofEntries(
            Map.entry("announcement", GroupSwitch.ANNOUNCE),
            Map.entry("locked", GroupSwitch.RESTRICT),
            Map.entry("no_frequently_forwarded", GroupSwitch.NO_FREQUENTLY_FORWARDED),
            Map.entry("allow_admin_reports", GroupSwitch.ADMIN_REPORTS),
            Map.entry("group_history", GroupSwitch.GROUP_HISTORY),
            Map.entry("limit_sharing_enabled", GroupSwitch.LIMIT_SHARING),
            Map.entry("allow_non_admin_sub_group_creation", GroupSwitch.NON_ADMIN_SUB_GROUPS),
            Map.entry("growth_locked", GroupSwitch.GROWTH_LOCKED),
            Map.entry("suspended", GroupSwitch.SUSPENDED),
            Map.entry("incognito", GroupSwitch.INCOGNITO),
            Map.entry("hidden_group", GroupSwitch.HIDDEN));

    private GroupNodes() {}

    /**
     * Reads a group.
     *
     * @param group the element
     * @return what it says
     * @throws ProtocolViolationException if it has no address, or something in it is not what it should be
     */
    public static GroupMetadata metadata(Node group) {
        GroupMetadata.Builder metadata = GroupMetadata.builder(id(group))
                .subject(Optional.ofNullable(group.attr("subject")).orElse(""))
                .subjectOwner(group.jid("s_o"))
                .subjectTime(time(group, "s_t"))
                .owner(group.jid("creator"))
                .ownerAlt(group.jid("creator_pn"))
                .creation(time(group, "creation"))
                .addressingMode("pn".equals(group.attr("addressing_mode")) ? AddressingMode.PN : AddressingMode.LID)
                .participantVersion(group.attr("p_v_id"))
                .participants(participants(group));
        if (group.hasAttr("size")) {
            metadata.size(Math.max(0, group.intAttr("size", 0)));
        }
        for (Node child : group.children()) {
            GroupSwitch on = SWITCHES.get(child.tag());
            if (on != null) {
                metadata.with(on, true);
            }
        }
        settings(group, metadata);
        community(group, metadata);
        return metadata.build();
    }

    private static void settings(Node group, GroupMetadata.Builder metadata) {
        metadata.description(description(group.child("description")));
        metadata.ephemeralDuration(ephemeral(group.child("ephemeral")));
        metadata.with(GroupSwitch.JOIN_APPROVAL, isJoinApproval(group.child("membership_approval_mode")));
        metadata.memberAddMode(whoMay(group.child("member_add_mode"), WhoMay.ALL_MEMBERS));
        metadata.memberLinkMode(whoMay(group.child("member_link_mode"), WhoMay.ADMINS));
        metadata.memberHistoryMode(whoMay(group.child("member_share_group_history_mode"), WhoMay.ADMINS));
    }

    private static void community(Node group, GroupMetadata.Builder metadata) {
        Node parent = group.child("linked_parent");
        metadata.linkedParent(parent == null ? null : parent.jid("jid"));
        if (group.child("parent") != null) {
            metadata.kind(GroupKind.COMMUNITY);
        } else if (group.child("default_sub_group") != null) {
            metadata.kind(GroupKind.COMMUNITY_ANNOUNCEMENTS);
        } else if (group.child("general_chat") != null) {
            metadata.kind(GroupKind.COMMUNITY_GENERAL);
        }
    }

    /**
     * Reads the address of a group. The server leaves out its own name behind the id in places.
     *
     * @param group the element
     * @return the address
     * @throws ProtocolViolationException if it is none of a group
     */
    public static Jid id(Node group) {
        String id = group.requireAttr("id");
        try {
            Jid jid = id.indexOf('@') < 0 ? Jid.group(id) : Jid.parse(id);
            if (jid.isGroup() && !jid.user().isEmpty()) {
                return jid.withoutDevice();
            }
        } catch (IllegalArgumentException e) {
            throw new ProtocolViolationException("<group> has no address in attribute id", e);
        }
        throw new ProtocolViolationException("<group> has an address in attribute id that is not of a group");
    }

    /**
     * All members that are named, but those whom the server could not add.
     *
     * @param parent the element that holds them
     * @return the members
     * @throws ProtocolViolationException if there are too many, or one is not a person
     */
    public static List<GroupParticipant> participants(Node parent) {
        List<Node> nodes = parent.children("participant");
        if (nodes.size() > MOST_PARTICIPANTS) {
            throw new ProtocolViolationException(
                    "a group of " + nodes.size() + " members, where there may be " + MOST_PARTICIPANTS);
        }
        List<GroupParticipant> participants = new ArrayList<>(nodes.size());
        for (Node node : nodes) {
            if (!node.hasAttr("error")) {
                participants.add(participant(node));
            }
        }
        return participants;
    }

    static GroupParticipant participant(Node node) {
        Jid id = node.requireJid("jid");
        if (!id.isUser()) {
            throw new ProtocolViolationException("a <participant> that is not a person");
        }
        Jid alt = id.isLid() ? node.jid("phone_number") : node.jid("lid");
        Optional<Jid> pair = Optional.ofNullable(alt).filter(other -> id.isLid() ? other.isPhone() : other.isLid());
        return new GroupParticipant(id, pair, role(node.attr("type")), Optional.ofNullable(node.attr("display_name")));
    }

    private static GroupRole role(@Nullable String type) {
        if ("superadmin".equals(type)) {
            return GroupRole.SUPERADMIN;
        }
        return "admin".equals(type) ? GroupRole.ADMIN : GroupRole.MEMBER;
    }

    static @Nullable GroupDescription description(@Nullable Node description) {
        if (description == null) {
            return null;
        }
        Node body = description.child("body");
        String text = body == null ? null : body.text();
        return text == null
                ? null
                : new GroupDescription(
                        Optional.ofNullable(description.attr("id")),
                        text,
                        Optional.ofNullable(description.jid("participant")),
                        Optional.ofNullable(time(description, "t")));
    }

    static @Nullable Duration ephemeral(@Nullable Node ephemeral) {
        long seconds = ephemeral == null ? 0 : ephemeral.intAttr("expiration", 0);
        return seconds <= 0 ? null : Duration.ofSeconds(seconds);
    }

    static boolean isJoinApproval(@Nullable Node mode) {
        Node join = mode == null ? null : mode.child("group_join");
        return join != null && "on".equals(join.attr("state"));
    }

    static WhoMay whoMay(@Nullable Node mode, WhoMay absent) {
        String text = mode == null ? null : mode.text();
        if (text == null) {
            return absent;
        }
        return text.startsWith("all_member") ? WhoMay.ALL_MEMBERS : WhoMay.ADMINS;
    }

    private static @Nullable Instant time(Node node, String name) {
        return node.hasAttr(name) ? node.timeAttr(name, Instant.EPOCH) : null;
    }
}
