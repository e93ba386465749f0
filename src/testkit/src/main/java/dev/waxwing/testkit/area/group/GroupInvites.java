package dev.waxwing.testkit.area.group;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.IqRefusal;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Ways into a group: by a link that anybody may use, or by an invitation for one account that came in a message. */
final class GroupInvites {

    private static final int NOT_FOUND = 404;

    private final World world;
    private final Groups groups;
    private final GroupNotifications notifications;
    private final GroupMembers members;

    GroupInvites(World world, Groups groups, GroupNotifications notifications, GroupMembers members) {
        this.world = world;
        this.groups = groups;
        this.notifications = notifications;
        this.members = members;
    }

    void register(Registrations on) {
        on.iq(GroupIq.XMLNS, "get", "invite", this::tell);
        on.iq(GroupIq.XMLNS, "set", "invite", this::renewOrJoin);
        on.iq(GroupIq.XMLNS, "set", "accept", this::accept);
        on.iq(GroupIq.XMLNS, "set", "revoke", this::revoke);
    }

    /** To a group: its code. To the group service with a code: what one would join. */
    private void tell(IqExchange iq) {
        String code = iq.child().attr("code");
        if (code != null) {
            iq.reply(GroupNodes.group(invited(code)));
            return;
        }
        Group group = GroupIq.asMember(groups, iq);
        if (!group.isAdmin(iq.device().account()) && !group.has("member_link_mode", "all_member_link")) {
            throw new IqRefusal(401, "not-authorized");
        }
        iq.reply(invite(group.inviteCode()));
    }

    private void renewOrJoin(IqExchange iq) {
        String code = iq.child().attr("code");
        if (code == null) {
            Group group = GroupIq.asAdmin(groups, iq);
            Node renewed = invite(groups.renewInvite(world, group));
            iq.reply(renewed);
            notifications.send(group, iq.device(), renewed, group.members());
            return;
        }
        Group group = invited(code);
        Account joiner = iq.device().account();
        if (group.hasMember(joiner)) {
            throw new IqRefusal(409, "conflict");
        }
        if (iq.connection().isStrict() && group.wasPutOut(joiner)) {
            throw new IqRefusal(405, "not-allowed");
        }
        if (group.has("membership_approval_mode")) {
            iq.reply(Node.builder("membership_approval_request")
                    .attr("jid", group.jid())
                    .build());
            JoinRequests.request(world, notifications, group, iq.device(), List.of(joiner), "invite_link");
            return;
        }
        join(iq, group);
    }

    private void join(IqExchange iq, Group group) {
        if (group.members().size() >= GroupMembers.MAX_MEMBERS) {
            throw new IqRefusal(419, "resource-limit");
        }
        Account joiner = iq.device().account();
        int before = group.memberVersion();
        group.put(joiner, Group.Role.MEMBER);
        group.nextMemberVersion();
        iq.reply(Node.builder("group").attr("jid", group.jid()).build());
        notifications.joined(group, iq.device(), List.of(joiner), "invite", before);
        members.follow(iq.device(), group, joiner);
    }

    /** Joins by an invitation for this account alone. */
    private void accept(IqExchange iq) {
        Group group = invitedBy(iq, iq.child());
        if (group.hasMember(iq.device().account())) {
            throw new IqRefusal(409, "conflict");
        }
        join(iq, group);
    }

    /**
     * The group to which an invitation for this account is for.
     *
     * @param named the element with {@code code}, {@code expiration} and {@code admin}
     */
    Group invitedBy(IqExchange iq, Node named) {
        Group group = GroupIq.of(groups, iq);
        Group.Invitation invitation =
                group.invitation(named.requireAttr("code")).orElseThrow(() -> new IqRefusal(410, "gone"));
        Optional<Account> admin = Optional.ofNullable(named.jid("admin")).flatMap(world.accounts()::find);
        if (invitation.invited() != iq.device().account()
                || admin.filter(invitation.admin()::equals).isEmpty()) {
            throw GroupIq.forbidden();
        }
        if (world.clock().seconds() > invitation.expires()) {
            throw new IqRefusal(410, "gone");
        }
        return group;
    }

    /** Takes back invitations for single accounts. */
    private void revoke(IqExchange iq) {
        Group group = GroupIq.asAdmin(groups, iq);
        List<Node> answered = new ArrayList<>();
        for (Node asked : iq.child().children("participant")) {
            Jid jid = asked.requireJid("jid");
            Optional<Account> invited = world.accounts().find(jid);
            answered.add(
                    invited.filter(group::uninvite).isPresent()
                            ? GroupNodes.participant(group, invited.orElseThrow())
                                    .attr("type", "200")
                                    .build()
                            : GroupNodes.failed(jid, invited, group, NOT_FOUND));
        }
        iq.reply(Node.builder("revoke").children(answered).build());
    }

    private Group invited(String code) {
        return groups.invitedBy(code)
                .orElseThrow(() -> groups.isRevoked(code) ? new IqRefusal(410, "gone") : GroupIq.notAcceptable());
    }

    private static Node invite(String code) {
        return Node.builder("invite").attr("code", code).build();
    }
}
