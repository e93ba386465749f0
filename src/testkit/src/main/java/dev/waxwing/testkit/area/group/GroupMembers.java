package dev.waxwing.testkit.area.group;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.IqRefusal;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who is in a group: adding, removing, promoting, demoting and leaving. */
final class GroupMembers {

    /** How many members a group may have. */
    static final int MAX_MEMBERS = 1024;

    private static final int OK = 0;

    private final Groups groups;
    private final GroupNotifications notifications;

    GroupMembers(Groups groups, GroupNotifications notifications) {
        this.groups = groups;
        this.notifications = notifications;
    }

    /** What is done to one account; answers {@link #OK} or an error. */
    private interface Change {
        int apply(Group group, Account account);
    }

    void register(Registrations on, World world) {
        on.iq(GroupIq.XMLNS, "set", "add", iq -> change(world, iq, GroupMembers::add));
        on.iq(GroupIq.XMLNS, "set", "remove", iq -> change(world, iq, GroupMembers::remove));
        on.iq(GroupIq.XMLNS, "set", "promote", iq -> change(world, iq, GroupMembers::promote));
        on.iq(GroupIq.XMLNS, "set", "demote", iq -> change(world, iq, GroupMembers::demote));
        on.iq(GroupIq.XMLNS, "set", "leave", this::leave);
    }

    private static int add(Group group, Account account) {
        if (group.hasMember(account)) {
            return 409;
        }
        if (group.members().size() >= MAX_MEMBERS) {
            return 419;
        }
        group.put(account, Group.Role.MEMBER);
        return OK;
    }

    private static int remove(Group group, Account account) {
        if (!group.hasMember(account)) {
            return 404;
        }
        group.remove(account);
        return OK;
    }

    private static int promote(Group group, Account account) {
        if (!group.hasMember(account)) {
            return 404;
        }
        if (!group.isAdmin(account)) {
            group.put(account, Group.Role.ADMIN);
        }
        return OK;
    }

    private static int demote(Group group, Account account) {
        if (!group.hasMember(account)) {
            return 404;
        }
        if (group.role(account) == Group.Role.SUPERADMIN) {
            return 405;
        }
        group.put(account, Group.Role.MEMBER);
        return OK;
    }

    private void change(World world, IqExchange iq, Change change) {
        String tag = iq.child().tag();
        Group group =
                tag.equals("add") && !onlyAdminsAdd(iq) ? GroupIq.asMember(groups, iq) : GroupIq.asAdmin(groups, iq);
        Set<Account> audience = new LinkedHashSet<>(group.members());
        int before = group.memberVersion();
        List<Node> answered = new ArrayList<>();
        List<Node> changed = new ArrayList<>();
        List<Account> accounts = new ArrayList<>();
        for (Node participant : iq.child().children("participant")) {
            Jid jid = participant.requireJid("jid");
            Optional<Account> account = world.accounts().find(jid);
            int error = account.map(known -> change.apply(group, known)).orElse(404);
            if (error != OK) {
                answered.add(GroupNodes.failed(jid, account, group, error));
                continue;
            }
            Account done = account.orElseThrow();
            accounts.add(done);
            answered.add(GroupNodes.participant(group, done).attr("type", "200").build());
            changed.add(GroupNodes.participant(group, done).build());
        }
        if (!changed.isEmpty()) {
            group.nextMemberVersion();
        }
        iq.reply(Node.builder(tag)
                .attr("p_v_id", group.memberVersion())
                .children(answered)
                .build());
        if (changed.isEmpty()) {
            return;
        }
        audience.addAll(group.members());
        notifications.send(group, iq.device(), what(tag, group, before, changed), audience);
        if (tag.equals("add")) {
            // To somebody who was not in it, the group is new; Baileys learns it from this alone.
            notifications.send(
                    group,
                    iq.device(),
                    Node.builder("create").child(GroupNodes.group(group)).build(),
                    accounts);
        }
    }

    private boolean onlyAdminsAdd(IqExchange iq) {
        return GroupIq.asMember(groups, iq).settings().stream()
                .noneMatch(
                        setting -> setting.tag().equals("member_add_mode") && "all_member_add".equals(setting.text()));
    }

    private void leave(IqExchange iq) {
        Account leaver = iq.device().account();
        List<Node> answered = new ArrayList<>();
        List<Group> left = new ArrayList<>();
        for (Node named : iq.child().children("group")) {
            Jid jid = named.requireJid("id");
            Group group = groups.find(jid)
                    .filter(found -> found.hasMember(leaver))
                    .orElseThrow(() -> new IqRefusal(404, "item-not-found"));
            left.add(group);
            answered.add(Node.builder("group").attr("id", jid).build());
        }
        iq.reply(Node.builder("leave").children(answered).build());
        for (Group group : left) {
            List<Account> audience = group.members();
            int before = group.memberVersion();
            group.remove(leaver);
            group.nextMemberVersion();
            List<Node> participant =
                    List.of(GroupNodes.participant(group, leaver).build());
            notifications.send(group, iq.device(), what("remove", group, before, participant), audience);
        }
    }

    private static Node what(String tag, Group group, int before, List<Node> participants) {
        return Node.builder(tag)
                .attr("v_id", group.memberVersion())
                .attr("prev_v_id", before)
                .children(participants)
                .build();
    }
}
