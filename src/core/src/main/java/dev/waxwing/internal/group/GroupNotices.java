package dev.waxwing.internal.group;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.group.GroupChange;
import dev.waxwing.group.GroupDescription;
import dev.waxwing.group.GroupEvents;
import dev.waxwing.group.GroupJoinRequest;
import dev.waxwing.group.GroupMetadata;
import dev.waxwing.group.GroupParticipant;
import dev.waxwing.group.GroupParticipantsUpdate;
import dev.waxwing.group.GroupRole;
import dev.waxwing.group.GroupSwitch;
import dev.waxwing.group.GroupsUpsert;
import dev.waxwing.group.ParticipantAction;
import dev.waxwing.group.WhoMay;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.area.SystemMessages;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.proto.web.WebMessageInfo.StubType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server tells of groups ({@code w:gp2}, protocol notes 08, section 1.2). Of each child of a notice, first the
 * messages that no person wrote go to the inbox, then what is remembered of the group changes, then the events are
 * published, and only then the server gets its ack: if the process dies before, the notice comes again.
 */
final class GroupNotices {

    private static final Logger LOG = LoggerFactory.getLogger(GroupNotices.class);

    /** The service sends one; beyond these the rest is passed over. */
    private static final int MOST_CHILDREN = 64;

    private static final int LONGEST_TAG = 64;

    private static final Map<String, ParticipantAction> ACTIONS = Map.of(
            "add", ParticipantAction.ADD,
            "remove", ParticipantAction.REMOVE,
            "leave", ParticipantAction.REMOVE,
            "promote", ParticipantAction.PROMOTE,
            "demote", ParticipantAction.DEMOTE,
            "modify", ParticipantAction.MODIFY);

    private static final Map<String, Switching> SWITCHES = Map.ofEntries(
            on("announcement", GroupSwitch.ANNOUNCE, StubType.GROUP_CHANGE_ANNOUNCE),
            off("not_announcement", GroupSwitch.ANNOUNCE, StubType.GROUP_CHANGE_ANNOUNCE),
            on("locked", GroupSwitch.RESTRICT, StubType.GROUP_CHANGE_RESTRICT),
            off("unlocked", GroupSwitch.RESTRICT, StubType.GROUP_CHANGE_RESTRICT),
            on("growth_locked", GroupSwitch.GROWTH_LOCKED, StubType.GROUP_INVITE_LINK_GROWTH_LOCKED),
            off("growth_unlocked", GroupSwitch.GROWTH_LOCKED, StubType.GROUP_INVITE_LINK_GROWTH_LOCKED),
            on(
                    "no_frequently_forwarded",
                    GroupSwitch.NO_FREQUENTLY_FORWARDED,
                    StubType.GROUP_CHANGE_NO_FREQUENTLY_FORWARDED),
            off(
                    "frequently_forwarded_ok",
                    GroupSwitch.NO_FREQUENTLY_FORWARDED,
                    StubType.GROUP_CHANGE_NO_FREQUENTLY_FORWARDED),
            on("group_history", GroupSwitch.GROUP_HISTORY, StubType.GROUP_CHANGE_RECENT_HISTORY_SHARING),
            off("no_group_history", GroupSwitch.GROUP_HISTORY, StubType.GROUP_CHANGE_RECENT_HISTORY_SHARING),
            on("allow_admin_reports", GroupSwitch.ADMIN_REPORTS, null),
            off("not_allow_admin_reports", GroupSwitch.ADMIN_REPORTS, null),
            on("suspended", GroupSwitch.SUSPENDED, null),
            off("unsuspended", GroupSwitch.SUSPENDED, null));

    private static final Map<String, Mode> MODES = Map.of(
            "member_add_mode", new Mode(GroupChange.Mode.ADD, StubType.GROUP_MEMBER_ADD_MODE),
            "member_link_mode", new Mode(GroupChange.Mode.LINK, StubType.GROUP_MEMBER_LINK_MODE),
            "member_share_group_history_mode",
                    new Mode(GroupChange.Mode.HISTORY, StubType.GROUP_MEMBER_SHARE_GROUP_HISTORY_MODE));

    private static final Map<String, StubType> LINKS = Map.of(
            "link parent_group", StubType.COMMUNITY_LINK_PARENT_GROUP,
            "link sibling_group", StubType.COMMUNITY_LINK_SIBLING_GROUP,
            "link sub_group", StubType.COMMUNITY_LINK_SUB_GROUP,
            "unlink parent_group", StubType.COMMUNITY_UNLINK_PARENT_GROUP,
            "unlink sibling_group", StubType.COMMUNITY_UNLINK_SIBLING_GROUP,
            "unlink sub_group", StubType.COMMUNITY_UNLINK_SUB_GROUP);

    private final AreaContext context;
    private final CachedGroups groups;
    private final SystemMessages inbox;

    GroupNotices(AreaContext context, CachedGroups groups, SystemMessages inbox) {
        this.context = requireNonNull(context, "context");
        this.groups = requireNonNull(groups, "groups");
        this.inbox = requireNonNull(inbox, "inbox");
    }

    /** Takes a notice; in the lane of its group, in which messages of the group are opened too. */
    CompletionStage<Acknowledgement> told(Node stanza) {
        Jid group = stanza.requireJid("from").person();
        if (!group.isGroup()) {
            throw new ProtocolViolationException("a notice of a group that is from no group");
        }
        return context.threads().work().submit(group, () -> {
            notice(group, stanza).take(inbox);
            return Acknowledgement.ACK;
        });
    }

    /** Takes a notice of a picture; of a person's there is nothing to take here. */
    CompletionStage<Acknowledgement> pictured(Node stanza) {
        Jid group = stanza.requireJid("from").person();
        Node set = stanza.child("set");
        Node change = set == null ? stanza.child("delete") : set;
        if (!group.isGroup() || change == null) {
            return CompletableFuture.completedFuture(Acknowledgement.ACK);
        }
        Optional<String> picture = Optional.ofNullable(set).map(one -> one.attr("id"));
        return context.threads().work().submit(group, () -> {
            GroupNotice notice = new GroupNotice(context, groups, group, stanza, change.jid("author"));
            notice.stub(StubType.GROUP_CHANGE_ICON, picture.stream().toArray(String[]::new));
            notice.updated(new GroupChange.Picture(picture));
            notice.take(inbox);
            return Acknowledgement.ACK;
        });
    }

    private GroupNotice notice(Jid group, Node stanza) {
        GroupNotice notice = new GroupNotice(context, groups, group, stanza, stanza.jid("participant"));
        List<Node> children = stanza.children();
        if (children.size() > MOST_CHILDREN) {
            LOG.warn("A notice of group {} has {} parts; {} are read", group, children.size(), MOST_CHILDREN);
            children = children.subList(0, MOST_CHILDREN);
        }
        for (Node child : children) {
            try {
                read(notice, child);
            } catch (ProtocolViolationException e) {
                LOG.warn("A part of a notice of group {} cannot be read; it is asked for anew", group, e);
                notice.forget();
            }
        }
        return notice;
    }

    private static void read(GroupNotice notice, Node child) {
        String tag = child.tag();
        ParticipantAction action = ACTIONS.get(tag);
        Switching switching = SWITCHES.get(tag);
        Mode mode = MODES.get(tag);
        if (action != null) {
            participants(notice, child, action);
        } else if (switching != null) {
            notice.stub(switching.stub, switching.on ? "on" : "off");
            notice.update(
                    new GroupChange.Switched(switching.which, switching.on),
                    known -> known.with(switching.which, switching.on));
        } else if (mode != null) {
            WhoMay who = GroupNodes.whoMay(child, WhoMay.ADMINS);
            notice.stub(mode.stub, Optional.ofNullable(child.text()).orElse(""));
            notice.update(new GroupChange.Allowed(mode.mode, who), known -> mode.in(known, who));
        } else {
            readOther(notice, child);
        }
    }

    private static void readOther(GroupNotice notice, Node child) {
        switch (child.tag()) {
            case "create" -> created(notice, child);
            case "subject" -> subject(notice, child);
            case "description" -> description(notice, child);
            case "ephemeral", "not_ephemeral" -> ephemeral(notice, child);
            case "membership_approval_mode" -> {
                boolean on = GroupNodes.isJoinApproval(child);
                notice.stub(StubType.GROUP_MEMBERSHIP_JOIN_APPROVAL_MODE, on ? "on" : "off");
                notice.update(
                        new GroupChange.Switched(GroupSwitch.JOIN_APPROVAL, on),
                        known -> known.with(GroupSwitch.JOIN_APPROVAL, on));
            }
            case "invite" -> {
                Optional<String> code = Optional.ofNullable(child.attr("code"));
                notice.stub(StubType.GROUP_CHANGE_INVITE_LINK, code.orElse(""));
                notice.update(new GroupChange.InviteCode(code), known -> known);
            }
            case "revoke" -> notice.update(new GroupChange.InviteCode(Optional.empty()), known -> known);
            case "membership_approval_request", "created_membership_requests", "revoked_membership_requests" ->
                requests(notice, child);
            case "link", "unlink" -> links(notice, child);
            case "delete" -> {
                Optional<String> reason = Optional.ofNullable(child.attr("reason"));
                boolean community = reason.filter("delete_parent"::equals).isPresent();
                notice.stub(community ? StubType.COMMUNITY_PARENT_GROUP_DELETED : StubType.GROUP_DELETE);
                notice.forget();
                notice.updated(new GroupChange.Deleted(reason));
            }
            case "missing_participant_identification" -> LOG.debug("Passed over: {}", child.tag());
            default -> {
                String tag = child.tag();
                LOG.debug("Group {}: a change that this version does not know, {}", notice.group(), tag);
                notice.forget();
                notice.updated(new GroupChange.Unknown(tag.substring(0, Math.min(tag.length(), LONGEST_TAG))));
            }
        }
    }

    private static void created(GroupNotice notice, Node child) {
        GroupMetadata metadata = GroupNodes.metadata(child.requireChild("group"));
        if (!metadata.id().equals(notice.group())) {
            throw new ProtocolViolationException("a notice of one group that brings another");
        }
        notice.stub(StubType.GROUP_CREATE, metadata.subject());
        notice.remember(metadata);
        notice.publish(() -> notice.context()
                .events()
                .publish(
                        GroupEvents.GROUPS_UPSERT,
                        new GroupsUpsert(
                                metadata, notice.author(), Optional.ofNullable(child.attr("reason")), notice.time())));
    }

    private static void participants(GroupNotice notice, Node child, ParticipantAction action) {
        List<GroupParticipant> told = GroupNodes.participants(child);
        if (told.isEmpty()) {
            throw new ProtocolViolationException("a notice of members that names none");
        }
        List<GroupParticipant> now =
                told.stream().map(one -> MemberChanges.now(one, action)).toList();
        notice.learn(told);
        notice.stub(
                stubOf(action, notice, now),
                now.stream().map(one -> one.id().toString()).toArray(String[]::new));
        notice.announced(action, now);
        if (action == ParticipantAction.REMOVE && now.stream().anyMatch(notice::isThisAccount)) {
            notice.left();
        } else if (action == ParticipantAction.MODIFY) {
            notice.forget();
        } else {
            notice.change(known -> MemberChanges.apply(known, child, now, action));
        }
        notice.publish(() -> notice.context()
                .events()
                .publish(
                        GroupEvents.GROUP_PARTICIPANTS_UPDATE,
                        new GroupParticipantsUpdate(
                                notice.group(),
                                notice.author(),
                                notice.authorAlt(),
                                notice.time(),
                                action,
                                now,
                                Optional.ofNullable(child.attr("reason")))));
    }

    private static StubType stubOf(ParticipantAction action, GroupNotice notice, List<GroupParticipant> who) {
        return switch (action) {
            case ADD -> StubType.GROUP_PARTICIPANT_ADD;
            case PROMOTE -> StubType.GROUP_PARTICIPANT_PROMOTE;
            case DEMOTE -> StubType.GROUP_PARTICIPANT_DEMOTE;
            case MODIFY -> StubType.GROUP_PARTICIPANT_CHANGE_NUMBER;
            case REMOVE ->
                who.size() == 1 && notice.by() != null && who.get(0).isCalled(notice.by())
                        ? StubType.GROUP_PARTICIPANT_LEAVE
                        : StubType.GROUP_PARTICIPANT_REMOVE;
        };
    }

    private static void subject(GroupNotice notice, Node child) {
        String subject = child.requireAttr("subject");
        Jid owner = child.jid("s_o");
        Instant time = child.timeAttr("s_t", notice.time());
        notice.stub(StubType.GROUP_CHANGE_SUBJECT, subject);
        notice.update(
                new GroupChange.Subject(subject),
                known -> known.subject(subject)
                        .subjectOwner(owner == null ? notice.by() : owner)
                        .subjectTime(time));
    }

    private static void description(GroupNotice notice, Node child) {
        GroupDescription told = GroupNodes.description(child);
        GroupDescription now = told == null
                ? null
                : new GroupDescription(
                        told.id(),
                        told.text(),
                        told.owner().or(() -> notice.author()),
                        told.time().or(() -> Optional.of(notice.time())));
        notice.stub(StubType.GROUP_CHANGE_DESCRIPTION, now == null ? "" : now.text());
        notice.update(new GroupChange.Description(Optional.ofNullable(now)), known -> known.description(now));
    }

    /** In the chat it shows as the message that a person's client sends for it. */
    private static void ephemeral(GroupNotice notice, Node child) {
        Duration duration = child.tag().equals("ephemeral") ? GroupNodes.ephemeral(child) : null;
        int seconds = duration == null ? 0 : (int) duration.toSeconds();
        notice.message(
                Message.newBuilder()
                        .setProtocolMessage(ProtocolMessage.newBuilder()
                                .setType(ProtocolMessage.Type.EPHEMERAL_SETTING)
                                .setEphemeralExpiration(seconds))
                        .build(),
                null);
        notice.update(
                new GroupChange.Ephemeral(Optional.ofNullable(duration)), known -> known.ephemeralDuration(duration));
    }

    private static void requests(GroupNotice notice, Node child) {
        Optional<String> method = Optional.ofNullable(child.attr("request_method"));
        boolean revoked = child.tag().equals("revoked_membership_requests");
        for (GroupParticipant who : requesters(notice, child)) {
            boolean own = notice.by() == null || who.isCalled(notice.by());
            GroupJoinRequest.Action action = !revoked
                    ? GroupJoinRequest.Action.CREATED
                    : own ? GroupJoinRequest.Action.REVOKED : GroupJoinRequest.Action.REJECTED;
            notice.stub(
                    StubType.GROUP_MEMBERSHIP_JOIN_APPROVAL_REQUEST_NON_ADMIN_ADD,
                    who.id().toString(),
                    action.name().toLowerCase(Locale.ROOT),
                    method.orElse(""));
            notice.publish(() -> notice.context()
                    .events()
                    .publish(
                            GroupEvents.GROUP_JOIN_REQUEST,
                            new GroupJoinRequest(notice.group(), notice.author(), who, action, method, notice.time())));
        }
    }

    /** Named as participants or as requested users; if nobody is named, whoever acted asks for himself. */
    private static List<GroupParticipant> requesters(GroupNotice notice, Node child) {
        List<Node> named = new ArrayList<>(child.children("participant"));
        named.addAll(child.children("requested_user"));
        if (named.isEmpty() && notice.by() != null) {
            return List.of(new GroupParticipant(notice.by(), notice.authorAlt(), GroupRole.MEMBER, Optional.empty()));
        }
        if (named.size() > GroupNodes.MOST_PARTICIPANTS) {
            throw new ProtocolViolationException("a notice of " + named.size() + " requests");
        }
        return named.stream().map(GroupNodes::participant).toList();
    }

    private static void links(GroupNotice notice, Node child) {
        String relation = Optional.ofNullable(child.attr(child.tag() + "_type")).orElse("");
        List<Jid> linked = child.children("group").stream()
                .map(group -> group.requireJid("jid"))
                .toList();
        notice.stub(
                LINKS.get(child.tag() + " " + relation),
                linked.stream().map(Jid::toString).toArray(String[]::new));
        notice.forget();
        notice.updated(new GroupChange.Linked(
                child.tag().equals("link"), relation, linked, Optional.ofNullable(child.attr("unlink_reason"))));
    }

    private static Map.Entry<String, Switching> on(String tag, GroupSwitch which, @Nullable StubType stub) {
        return Map.entry(tag, new Switching(which, true, stub));
    }

    private static Map.Entry<String, Switching> off(String tag, GroupSwitch which, @Nullable StubType stub) {
        return Map.entry(tag, new Switching(which, false, stub));
    }

    private record Switching(
            GroupSwitch which, boolean on, @Nullable StubType stub) {}

    private record Mode(GroupChange.Mode mode, StubType stub) {

        GroupMetadata.Builder in(GroupMetadata.Builder known, WhoMay who) {
            return switch (mode) {
                case ADD -> known.memberAddMode(who);
                case LINK -> known.memberLinkMode(who);
                case HISTORY -> known.memberHistoryMode(who);
            };
        }
    }
}
