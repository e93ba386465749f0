package dev.waxwing.testkit.area.group;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.IqRefusal;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who is in a group: adding, removing, promoting, demoting and leaving. */
final class GroupMembers {

    /** How many members a group may have. */
    static final int MAX_MEMBERS = 1024;

    private static final Duration INVITATION_LASTS = Duration.ofDays(3);
    private static final int CODE_BYTES = 12;
    private static final int OK = 0;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int LEFT_LATELY = 408;
    private static final int CONFLICT = 409;
    private static final int FULL = 419;

    private final World world;
    private final Groups groups;
    private final GroupNotifications notifications;
    private final Admission admission;

    GroupMembers(World world, Groups groups, GroupNotifications notifications, Admission admission) {
        this.world = world;
        this.groups = groups;
        this.notifications = notifications;
        this.admission = admission;
    }

    /** What is done to one account; answers {@link #OK} or an error. */
    private interface Change {
        int apply(Group group, Account account);
    }

    void register(Registrations on) {
        on.iq(GroupIq.XMLNS, "set", "add", this::add);
        on.iq(GroupIq.XMLNS, "set", "remove", this::remove);
        on.iq(GroupIq.XMLNS, "set", "promote", iq -> change(iq, asAdmin(iq), GroupMembers::promote));
        on.iq(GroupIq.XMLNS, "set", "demote", iq -> change(iq, asAdmin(iq), GroupMembers::demote));
        on.iq(GroupIq.XMLNS, "set", "leave", this::leave);
    }

    private Group asAdmin(IqExchange iq) {
        return GroupIq.asAdmin(groups, iq);
    }

    private static int promote(Group group, Account account) {
        if (!group.hasMember(account)) {
            return NOT_FOUND;
        }
        if (!group.isAdmin(account)) {
            group.put(account, Group.Role.ADMIN);
        }
        return OK;
    }

    private static int demote(Group group, Account account) {
        if (!group.hasMember(account)) {
            return NOT_FOUND;
        }
        if (group.role(account) == Group.Role.SUPERADMIN) {
            return NOT_ALLOWED;
        }
        group.put(account, Group.Role.MEMBER);
        return OK;
    }

    private static int putOut(Group group, Account account) {
        if (!group.hasMember(account)) {
            return NOT_FOUND;
        }
        if (group.role(account) == Group.Role.SUPERADMIN) {
            return NOT_ALLOWED;
        }
        group.putOut(account);
        return OK;
    }

    /**
     * Puts an account into a group that is being made or has been, unless something is against it.
     *
     * @return the participant as the answer names it, with the error if there is one
     */
    Node admit(IqExchange iq, Group group, Node asked) {
        Jid jid = asked.requireJid("jid");
        Optional<Account> account = world.accounts().find(jid);
        Account adder = iq.device().account();
        int error = account.map(known -> refusal(iq, group, known)).orElse(NOT_FOUND);
        if (error == OK) {
            group.put(account.orElseThrow(), Group.Role.MEMBER);
            return GroupNodes.participant(group, account.orElseThrow())
                    .attr("type", "200")
                    .build();
        }
        Node failed = GroupNodes.failed(jid, account, group, error);
        return error == Admission.INVITE
                ? failed.toBuilder()
                        .child(invitation(group, account.orElseThrow(), adder))
                        .build()
                : failed;
    }

    private int refusal(IqExchange iq, Group group, Account account) {
        if (group.hasMember(account)) {
            return CONFLICT;
        }
        if (group.members().size() >= MAX_MEMBERS) {
            return FULL;
        }
        if (iq.connection().isStrict() && group.wasLeft(account)) {
            return LEFT_LATELY;
        }
        return admission.refusal(iq.device().account(), account).orElse(OK);
    }

    /** What the admin needs to invite by a message of its own. */
    private Node invitation(Group group, Account invited, Account admin) {
        Group.Invitation invitation = new Group.Invitation(
                invited,
                admin,
                world.random().token(CODE_BYTES),
                world.clock().seconds() + INVITATION_LASTS.toSeconds());
        group.invite(invitation);
        return Node.builder("add_request")
                .attr("code", invitation.code())
                .attr("expiration", invitation.expires())
                .build();
    }

    private void add(IqExchange iq) {
        Group group = GroupIq.asMember(groups, iq);
        boolean admin = group.isAdmin(iq.device().account());
        if (!admin && !group.has("member_add_mode", "all_member_add")) {
            throw GroupIq.forbidden();
        }
        if (!admin && group.has("membership_approval_mode")) {
            propose(iq, group);
            return;
        }
        int before = group.memberVersion();
        List<Node> answered = new ArrayList<>();
        List<Account> joiners = new ArrayList<>();
        for (Node asked : iq.child().children("participant")) {
            Node participant = admit(iq, group, asked);
            answered.add(participant);
            if (!participant.hasAttr("error")) {
                joiners.add(world.accounts().find(asked.requireJid("jid")).orElseThrow());
            }
        }
        if (!joiners.isEmpty()) {
            group.nextMemberVersion();
        }
        answer(iq, group, answered);
        if (!joiners.isEmpty()) {
            notifications.joined(group, iq.device(), joiners, null, before);
            joiners.forEach(joiner -> follow(iq.device(), group, joiner));
        }
    }

    /** Where admins let people in, what another member adds is a request. */
    private void propose(IqExchange iq, Group group) {
        List<Node> answered = new ArrayList<>();
        List<Account> proposed = new ArrayList<>();
        for (Node asked : iq.child().children("participant")) {
            Jid jid = asked.requireJid("jid");
            Optional<Account> account = world.accounts().find(jid);
            int error = account.map(known -> refusal(iq, group, known)).orElse(NOT_FOUND);
            if (error == OK) {
                proposed.add(account.orElseThrow());
                answered.add(GroupNodes.participant(group, account.orElseThrow())
                        .attr("type", "202")
                        .build());
            } else {
                answered.add(GroupNodes.failed(jid, account, group, error));
            }
        }
        answer(iq, group, answered);
        JoinRequests.request(world, notifications, group, iq.device(), proposed, "non_admin_add");
    }

    private void remove(IqExchange iq) {
        Group group = asAdmin(iq);
        if (!"true".equals(iq.child().attr("linked_groups"))) {
            List<Account> gone = change(iq, group, GroupMembers::putOut);
            gone.forEach(account -> mirrored(group).ifPresent(other -> takeOut(other, iq.device(), account)));
            return;
        }
        List<Account> gone = change(iq, group, GroupMembers::putOut);
        for (Group linked : groups.linkedTo(group)) {
            gone.stream().filter(linked::hasMember).forEach(account -> takeOut(linked, iq.device(), account));
        }
    }

    private List<Account> change(IqExchange iq, Group group, Change change) {
        String tag = iq.child().tag();
        Set<Account> audience = new LinkedHashSet<>(group.members());
        int before = group.memberVersion();
        List<Node> answered = new ArrayList<>();
        List<Account> changed = new ArrayList<>();
        for (Node asked : iq.child().children("participant")) {
            Jid jid = asked.requireJid("jid");
            Optional<Account> account = world.accounts().find(jid);
            int error = account.map(known -> change.apply(group, known)).orElse(NOT_FOUND);
            if (error == OK) {
                changed.add(account.orElseThrow());
                answered.add(GroupNodes.participant(group, account.orElseThrow())
                        .attr("type", "200")
                        .build());
            } else {
                answered.add(GroupNodes.failed(jid, account, group, error));
            }
        }
        if (!changed.isEmpty()) {
            group.nextMemberVersion();
        }
        answer(iq, group, answered);
        if (!changed.isEmpty()) {
            notifications.send(group, iq.device(), GroupNotifications.members(tag, group, before, changed), audience);
            if (!tag.equals("remove")) {
                mirrored(group)
                        .ifPresent(other -> changed.stream()
                                .filter(other::hasMember)
                                .forEach(account -> mirror(tag, other, iq.device(), account, change)));
            }
        }
        return changed;
    }

    private void mirror(String tag, Group other, Device actor, Account account, Change change) {
        int before = other.memberVersion();
        if (change.apply(other, account) == OK) {
            other.nextMemberVersion();
            notifications.send(
                    other, actor, GroupNotifications.members(tag, other, before, List.of(account)), other.members());
        }
    }

    private static void answer(IqExchange iq, Group group, List<Node> participants) {
        iq.reply(Node.builder(iq.child().tag())
                .attr("p_v_id", group.memberVersion())
                .children(participants)
                .build());
    }

    /** A community and its announcement group have the same members: the one for the other. */
    private Optional<Group> mirrored(Group group) {
        if (group.isCommunity()) {
            return groups.announcementGroupOf(group);
        }
        return group.isDefaultSubGroup() ? group.community().flatMap(groups::find) : Optional.empty();
    }

    /**
     * Whoever is in a group of a community is in the community and its announcement group, too.
     *
     * @param group that somebody has joined
     */
    void follow(Device actor, Group group, Account joiner) {
        if (group.isCommunity()) {
            groups.announcementGroupOf(group).ifPresent(other -> join(other, actor, joiner));
            return;
        }
        group.community().flatMap(groups::find).ifPresent(community -> {
            join(community, actor, joiner);
            groups.announcementGroupOf(community).ifPresent(other -> join(other, actor, joiner));
        });
    }

    /** Puts somebody in, as by the way, and tells of it; nothing happens if it is in. */
    private void join(Group group, Device actor, Account joiner) {
        if (!group.hasMember(joiner)) {
            int before = group.memberVersion();
            group.put(joiner, Group.Role.MEMBER);
            group.nextMemberVersion();
            notifications.joined(group, actor, List.of(joiner), null, before);
        }
    }

    /** Puts somebody out of a linked group and tells all of it. */
    void takeOut(Group group, Device actor, Account account) {
        if (!group.hasMember(account)) {
            return;
        }
        List<Account> audience = group.members();
        int before = group.memberVersion();
        group.putOut(account);
        group.nextMemberVersion();
        notifications.send(
                group, actor, GroupNotifications.members("remove", group, before, List.of(account)), audience);
    }

    private void leave(IqExchange iq) {
        Account leaver = iq.device().account();
        List<Node> answered = new ArrayList<>();
        List<Group> left = new ArrayList<>();
        for (Node named : iq.child().children("group")) {
            Jid jid = named.requireJid("id");
            Group group =
                    groups.find(jid).filter(found -> found.hasMember(leaver)).orElseThrow(GroupIq::notFound);
            left.add(group);
            answered.add(Node.builder("group").attr("id", jid).build());
        }
        if (left.isEmpty()) {
            throw new IqRefusal(400, "bad-request");
        }
        iq.reply(Node.builder("leave").children(answered).build());
        for (Group group : left) {
            leave(group, iq.device());
            if (group.isCommunity()) {
                groups.linkedTo(group).stream()
                        .filter(linked -> linked.hasMember(leaver))
                        .forEach(linked -> leave(linked, iq.device()));
            }
        }
    }

    private void leave(Group group, Device leaver) {
        List<Account> audience = group.members();
        int before = group.memberVersion();
        group.left(leaver.account());
        group.nextMemberVersion();
        notifications.send(
                group,
                leaver,
                GroupNotifications.members("remove", group, before, List.of(leaver.account())),
                audience);
    }
}
