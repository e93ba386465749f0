package dev.waxwing.testkit.area.group;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.IqRefusal;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Groups as such: creation, lists, metadata, subject, description, settings and invitations. */
public final class GroupArea implements ServerArea {

    private static final int MAX_SUBJECT = 100;
    private static final int MAX_DESCRIPTION = 2048;

    private final Groups groups;

    /**
     * Creates the area.
     *
     * @param groups all groups
     */
    public GroupArea(Groups groups) {
        this.groups = groups;
    }

    @Override
    public void register(Registrations on, World world) {
        GroupNotifications notifications = new GroupNotifications(world);
        world.settings()
                .seedGroup()
                .ifPresent(subject -> on.onAccount(account -> groups.create(world, account, subject, true)));
        on.iq(GroupIq.XMLNS, "set", "create", iq -> create(world, notifications, iq));
        on.iq(GroupIq.XMLNS, "get", "participating", this::participating);
        on.iq(GroupIq.XMLNS, "get", "query", iq -> iq.reply(GroupNodes.group(GroupIq.asMember(groups, iq))));
        on.iq(GroupIq.XMLNS, "set", "subject", iq -> subject(world, notifications, iq));
        on.iq(GroupIq.XMLNS, "set", "description", iq -> description(world, notifications, iq));
        on.iq(GroupIq.XMLNS, "get", "invite", this::invite);
        on.iq(GroupIq.XMLNS, "set", "invite", iq -> renewOrJoin(world, notifications, iq));
        on.iq(GroupIq.XMLNS, "get", "membership_approval_requests", iq -> {
            GroupIq.asMember(groups, iq);
            iq.reply(Node.builder("membership_approval_requests").build());
        });
        GroupSettings settings = new GroupSettings(groups, notifications);
        settings.register(on);
        new GroupMembers(groups, notifications).register(on, world);
    }

    private Group asEditor(IqExchange iq) {
        Group group = GroupIq.asMember(groups, iq);
        return group.isLocked() ? GroupIq.asAdmin(groups, iq) : group;
    }

    private void create(World world, GroupNotifications notifications, IqExchange iq) {
        Node create = iq.child();
        Account creator = iq.device().account();
        String subject = Objects.requireNonNullElse(create.attr("subject"), "");
        requireAtMost(MAX_SUBJECT, subject);
        Group group = groups.create(world, creator, subject, !"pn".equals(create.attr("addressing_mode")));
        List<Node> failed = new ArrayList<>();
        for (Node participant : create.children("participant")) {
            Jid jid = participant.requireJid("jid");
            Optional<Account> account = world.accounts().find(jid);
            if (account.isEmpty()) {
                failed.add(GroupNodes.failed(jid, account, group, 404));
            } else if (group.members().size() >= GroupMembers.MAX_MEMBERS) {
                failed.add(GroupNodes.failed(jid, account, group, 419));
            } else if (account.get() != creator) {
                group.put(account.get(), Group.Role.MEMBER);
            }
        }
        for (Node description : create.children("description")) {
            byte[] body = description.requireChild("body").requireBytes();
            group.description(new Group.Text(
                    Objects.requireNonNullElse(description.attr("id"), world.nextId()),
                    body,
                    creator,
                    world.clock().seconds()));
        }
        create.children().forEach(child -> GroupSettings.apply(group, child));
        iq.reply(GroupNodes.group(group, failed));
        notifications.send(
                group,
                iq.device(),
                Node.builder("create")
                        .attr("type", "new")
                        .attrIfPresent("key", create.attr("key"))
                        .child(GroupNodes.group(group))
                        .build(),
                group.members());
    }

    private void participating(IqExchange iq) {
        iq.reply(Node.builder("groups")
                .children(groups.of(iq.device().account()).stream()
                        .map(GroupNodes::group)
                        .toList())
                .build());
    }

    private void subject(World world, GroupNotifications notifications, IqExchange iq) {
        Group group = asEditor(iq);
        String text = Objects.requireNonNullElse(iq.child().text(), "");
        requireAtMost(MAX_SUBJECT, text);
        Account author = iq.device().account();
        group.subject(new Group.Text(
                "", text.getBytes(StandardCharsets.UTF_8), author, world.clock().seconds()));
        group.nextSettingsVersion();
        iq.reply();
        notifications.send(
                group,
                iq.device(),
                Node.builder("subject")
                        .attr("subject", text)
                        .attr("s_t", group.subject().seconds())
                        .attr("s_o", group.address(author))
                        .attr("s_o_pn", author.phoneNumber())
                        .build(),
                group.members());
    }

    private void description(World world, GroupNotifications notifications, IqExchange iq) {
        Group group = asEditor(iq);
        Node change = iq.child();
        Optional<String> present = group.description().map(Group.Text::id);
        if (present.isPresent() && !present.get().equals(change.attr("prev"))) {
            throw new IqRefusal(409, "conflict");
        }
        String id = Objects.requireNonNullElse(change.attr("id"), world.nextId());
        Node.Builder what = Node.builder("description").attr("id", id);
        if ("true".equals(change.attr("delete"))) {
            group.description(null);
            what.child(Node.builder("delete").build());
        } else {
            byte[] body = change.requireChild("body").requireBytes();
            requireAtMost(MAX_DESCRIPTION, new String(body, StandardCharsets.UTF_8));
            group.description(new Group.Text(
                    id, body, iq.device().account(), world.clock().seconds()));
            what.child(Node.builder("body").bytes(body).build());
        }
        group.nextSettingsVersion();
        iq.reply();
        notifications.send(group, iq.device(), what.build(), group.members());
    }

    /** To a group: its code. To the group service with a code: what one would join. */
    private void invite(IqExchange iq) {
        String code = iq.child().attr("code");
        if (code == null) {
            iq.reply(invite(GroupIq.asMember(groups, iq).inviteCode()));
        } else {
            iq.reply(GroupNodes.group(invited(code)));
        }
    }

    private void renewOrJoin(World world, GroupNotifications notifications, IqExchange iq) {
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
        if (group.members().size() >= GroupMembers.MAX_MEMBERS) {
            throw new IqRefusal(419, "resource-limit");
        }
        int before = group.memberVersion();
        group.put(joiner, Group.Role.MEMBER);
        group.nextMemberVersion();
        iq.reply(Node.builder("group").attr("jid", group.jid()).build());
        notifications.send(
                group,
                iq.device(),
                Node.builder("add")
                        .attr("reason", "invite")
                        .attr("v_id", group.memberVersion())
                        .attr("prev_v_id", before)
                        .child(GroupNodes.participant(group, joiner).build())
                        .build(),
                group.members());
        notifications.send(
                group,
                iq.device(),
                Node.builder("create").child(GroupNodes.group(group)).build(),
                List.of(joiner));
    }

    private Group invited(String code) {
        return groups.invitedBy(code)
                .orElseThrow(() ->
                        groups.isRevoked(code) ? new IqRefusal(410, "gone") : new IqRefusal(406, "not-acceptable"));
    }

    private static Node invite(String code) {
        return Node.builder("invite").attr("code", code).build();
    }

    private static void requireAtMost(int limit, String text) {
        if (text.codePointCount(0, text.length()) > limit) {
            throw new IqRefusal(406, "not-acceptable");
        }
    }
}
