package dev.waxwing.testkit.area.group;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Groups whose admins let people in: who waits, who is let in or sent away, and who waits no longer. */
final class JoinRequests {

    private static final int NOT_FOUND = 404;
    private static final int FULL = 419;

    private final World world;
    private final Groups groups;
    private final GroupNotifications notifications;
    private final GroupMembers members;

    JoinRequests(World world, Groups groups, GroupNotifications notifications, GroupMembers members) {
        this.world = world;
        this.groups = groups;
        this.notifications = notifications;
        this.members = members;
    }

    void register(Registrations on) {
        on.iq(GroupIq.XMLNS, "get", "membership_approval_requests", this::list);
        on.iq(GroupIq.XMLNS, "set", "membership_requests_action", this::decide);
        on.iq(GroupIq.XMLNS, "set", "cancel_membership_requests", this::cancel);
    }

    /** Has some accounts wait to be let in, and tells the admins. */
    static void request(
            World world,
            GroupNotifications notifications,
            Group group,
            Device actor,
            Collection<Account> accounts,
            String method) {
        List<Account> fresh = accounts.stream()
                .filter(account -> !group.requests().containsKey(account))
                .toList();
        if (fresh.isEmpty()) {
            return;
        }
        fresh.forEach(account -> group.request(
                account, new Group.JoinRequest(method, world.clock().seconds())));
        notifications.send(
                group,
                actor,
                Node.builder("created_membership_requests")
                        .attr("request_method", method)
                        .attrIfPresent("parent_group_jid", group.community().orElse(null))
                        .children(fresh.stream()
                                .map(account -> GroupNodes.known("requested_user", group, account)
                                        .build())
                                .toList())
                        .build(),
                admins(group));
    }

    private static List<Account> admins(Group group) {
        return group.members().stream().filter(group::isAdmin).toList();
    }

    private void list(IqExchange iq) {
        Group group = GroupIq.asAdmin(groups, iq);
        List<Node> waiting = new ArrayList<>();
        group.requests()
                .forEach((account, request) ->
                        waiting.add(GroupNodes.known("membership_approval_request", group, account)
                                .attr("request_method", request.method())
                                .attr("request_time", request.seconds())
                                .build()));
        iq.reply(Node.builder("membership_approval_requests").children(waiting).build());
    }

    private void decide(IqExchange iq) {
        Group group = GroupIq.asAdmin(groups, iq);
        List<Account> approved = new ArrayList<>();
        List<Account> rejected = new ArrayList<>();
        List<Node> decisions = new ArrayList<>();
        for (Node decision : iq.child().children()) {
            boolean approve = decision.tag().equals("approve");
            List<Account> decided = approve ? approved : rejected;
            List<Node> answered = new ArrayList<>();
            for (Node asked : decision.children("participant")) {
                answered.add(decide(group, asked.requireJid("jid"), approve, decided));
            }
            decisions.add(Node.builder(decision.tag()).children(answered).build());
        }
        int before = group.memberVersion();
        approved.forEach(account -> group.put(account, Group.Role.MEMBER));
        if (!approved.isEmpty()) {
            group.nextMemberVersion();
        }
        iq.reply(Node.builder("membership_requests_action").children(decisions).build());
        if (!approved.isEmpty()) {
            notifications.joined(group, iq.device(), approved, null, before);
            approved.forEach(account -> members.follow(iq.device(), group, account));
        }
        revoked(group, iq.device(), rejected);
    }

    private Node decide(Group group, Jid jid, boolean approve, List<Account> decided) {
        Optional<Account> waiting =
                world.accounts().find(jid).filter(account -> group.requests().containsKey(account));
        if (waiting.isEmpty()) {
            return GroupNodes.failed(jid, world.accounts().find(jid), group, NOT_FOUND);
        }
        if (approve && group.members().size() + decided.size() >= GroupMembers.MAX_MEMBERS) {
            return GroupNodes.failed(jid, waiting, group, FULL);
        }
        group.withdraw(waiting.get());
        decided.add(waiting.get());
        return GroupNodes.participant(group, waiting.get()).attr("type", "200").build();
    }

    private void cancel(IqExchange iq) {
        Group group = GroupIq.of(groups, iq);
        Account own = iq.device().account();
        List<Node> answered = new ArrayList<>();
        List<Account> withdrawn = new ArrayList<>();
        for (Node asked : iq.child().children("participant")) {
            Jid jid = asked.requireJid("jid");
            Optional<Account> account = world.accounts().find(jid);
            if (account.filter(found -> found == own && group.withdraw(found)).isPresent()) {
                withdrawn.add(own);
                answered.add(
                        GroupNodes.participant(group, own).attr("type", "200").build());
            } else {
                answered.add(GroupNodes.failed(jid, account, group, NOT_FOUND));
            }
        }
        iq.reply(Node.builder("cancel_membership_requests").children(answered).build());
        revoked(group, iq.device(), withdrawn);
    }

    /** To the admins, and to those who waited. */
    private void revoked(Group group, Device actor, List<Account> accounts) {
        if (accounts.isEmpty()) {
            return;
        }
        Set<Account> audience = new LinkedHashSet<>(admins(group));
        audience.addAll(accounts);
        notifications.send(
                group,
                actor,
                Node.builder("revoked_membership_requests")
                        .children(accounts.stream()
                                .map(account ->
                                        GroupNodes.participant(group, account).build())
                                .toList())
                        .build(),
                audience);
    }
}
