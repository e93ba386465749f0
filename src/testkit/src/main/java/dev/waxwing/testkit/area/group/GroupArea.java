package dev.waxwing.testkit.area.group;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.area.mex.MexArea;
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

/** Groups as such: creation, lists, metadata, subject and description. What else there is to them registers here. */
public final class GroupArea implements ServerArea {

    private static final int MAX_SUBJECT = 100;
    private static final int MAX_DESCRIPTION = 2048;
    private static final int MAX_QUERIED = 10_000;

    private final Groups groups;
    private final Admission admission;
    private final MexArea mex;

    /**
     * Creates the area.
     *
     * @param groups all groups
     * @param admission who may be put into groups by whom
     * @param mex takes the queries about communities that come by document
     */
    public GroupArea(Groups groups, Admission admission, MexArea mex) {
        this.groups = groups;
        this.admission = admission;
        this.mex = mex;
    }

    @Override
    public void register(Registrations on, World world) {
        GroupNotifications notifications = new GroupNotifications(world);
        GroupMembers members = new GroupMembers(world, groups, notifications, admission);
        GroupInvites invites = new GroupInvites(world, groups, notifications, members);
        Communities communities = new Communities(world, groups, notifications, members);
        world.settings()
                .seedGroup()
                .ifPresent(subject -> on.onAccount(account -> groups.create(world, account, subject, true)));
        on.iq(GroupIq.XMLNS, "set", "create", iq -> create(world, notifications, members, communities, iq));
        on.iq(GroupIq.XMLNS, "get", "participating", this::participating);
        on.iq(GroupIq.XMLNS, "get", "query", iq -> query(invites, iq));
        on.iq(GroupIq.XMLNS, "set", "subject", iq -> subject(world, notifications, iq));
        on.iq(GroupIq.XMLNS, "set", "description", iq -> description(world, notifications, iq));
        on.iq(GroupIq.XMLNS, "set", "ack", IqExchange::reply);
        members.register(on);
        invites.register(on);
        communities.register(on);
        new SubGroupQueries(groups).register(mex);
        new JoinRequests(world, groups, notifications, members).register(on);
        new GroupSettings(groups, notifications).register(on);
    }

    private void create(
            World world,
            GroupNotifications notifications,
            GroupMembers members,
            Communities communities,
            IqExchange iq) {
        Node create = iq.child();
        Account creator = iq.device().account();
        String subject = Objects.requireNonNullElse(create.attr("subject"), "");
        requireAtMost(MAX_SUBJECT, subject);
        communities.requireMayCreate(creator, create);
        Group group = groups.create(world, creator, subject, !"pn".equals(create.attr("addressing_mode")));
        List<Node> failed = new ArrayList<>();
        for (Node asked : create.children("participant")) {
            if (world.accounts()
                    .find(asked.requireJid("jid"))
                    .filter(creator::equals)
                    .isEmpty()) {
                Node participant = members.admit(iq, group, asked);
                if (participant.hasAttr("error")) {
                    failed.add(participant);
                }
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
        communities.prepare(group, create);
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
        communities.complete(iq.device(), group, create);
    }

    private void participating(IqExchange iq) {
        boolean withMembers = iq.child().child("participants") != null;
        boolean withDescription = iq.child().child("description") != null;
        iq.reply(Node.builder("groups")
                .children(groups.of(iq.device().account()).stream()
                        .map(group -> GroupNodes.listed(group, withMembers, withDescription))
                        .toList())
                .build());
    }

    /** One group as a member sees it, or as somebody sees it who was invited; or many at once. */
    private void query(GroupInvites invites, IqExchange iq) {
        Node query = iq.child();
        Node request = query.child("add_request");
        if (iq.to().filter(Jid.GROUP_SERVER::equals).isPresent()) {
            iq.reply(Node.builder("groups")
                    .children(query.children("group").stream()
                            .limit(MAX_QUERIED)
                            .map(named -> queried(iq.device().account(), named.requireJid("jid")))
                            .toList())
                    .build());
        } else if (request != null) {
            iq.reply(GroupNodes.group(invites.invitedBy(iq, request)));
        } else {
            iq.reply(GroupNodes.group(GroupIq.asMember(groups, iq)));
        }
    }

    private Node queried(Account asker, Jid jid) {
        Optional<Group> found = groups.find(jid);
        if (found.filter(group -> group.hasMember(asker)).isPresent()) {
            return GroupNodes.group(found.get());
        }
        return Node.builder("group")
                .attr("id", jid.user())
                .attr("error", found.isPresent() ? 403 : 404)
                .build();
    }

    private void subject(World world, GroupNotifications notifications, IqExchange iq) {
        Group group = GroupIq.asEditor(groups, iq);
        String text = Objects.requireNonNullElse(iq.child().text(), "");
        if (text.isBlank()) {
            throw GroupIq.notAcceptable();
        }
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
        Group group = GroupIq.asEditor(groups, iq);
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

    private static void requireAtMost(int limit, String text) {
        if (text.codePointCount(0, text.length()) > limit) {
            throw GroupIq.notAcceptable();
        }
    }
}
