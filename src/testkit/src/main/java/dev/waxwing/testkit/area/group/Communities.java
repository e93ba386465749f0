package dev.waxwing.testkit.area.group;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.IqRefusal;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Communities: a parent group that nobody writes to, the announcement group that the service makes with it, and the
 * groups that are linked to it. Whoever is in a linked group is in the parent and in the announcement group.
 */
final class Communities {

    /** How many groups a community may have, the announcement group not counted. */
    private static final int MAX_LINKED = 100;

    private static final String GENERAL_CHAT = "General";
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ACCEPTABLE = 406;
    private static final int CONFLICT = 409;
    private static final int FULL = 419;

    private final World world;
    private final Groups groups;
    private final GroupNotifications notifications;
    private final GroupMembers members;

    Communities(World world, Groups groups, GroupNotifications notifications, GroupMembers members) {
        this.world = world;
        this.groups = groups;
        this.notifications = notifications;
        this.members = members;
    }

    void register(Registrations on) {
        on.iq(GroupIq.XMLNS, "set", "links", this::link);
        on.iq(GroupIq.XMLNS, "set", "unlink", this::unlink);
        on.iq(GroupIq.XMLNS, "get", "sub_groups", this::subGroups);
        on.iq(GroupIq.XMLNS, "get", "linked_groups_participants", this::participants);
        on.iq(GroupIq.XMLNS, "get", "query_linked", iq -> iq.reply(linkedGroup(linked(iq))));
        on.iq(GroupIq.XMLNS, "set", "join_linked_group", this::join);
        on.iq(GroupIq.XMLNS, "set", "delete_parent", this::delete);
    }

    /** Requires that who makes a group inside a community may. */
    void requireMayCreate(Account creator, Node create) {
        Node parent = create.child("linked_parent");
        if (parent == null) {
            return;
        }
        Group community =
                groups.find(parent.requireJid("jid")).filter(Group::isCommunity).orElseThrow(GroupIq::notFound);
        boolean may = community.isAdmin(creator)
                || (community.hasMember(creator) && community.has("allow_non_admin_sub_group_creation"));
        if (!may) {
            throw GroupIq.forbidden();
        }
        if (isFull(community)) {
            throw new IqRefusal(FULL, "resource-limit");
        }
    }

    /** Makes a new group a community, or one of a community, as its creation says. */
    void prepare(Group group, Node create) {
        Node parent = create.child("parent");
        if (parent != null) {
            group.set(Node.builder("parent")
                    .attrIfPresent("default_membership_approval_mode", parent.attr("default_membership_approval_mode"))
                    .build());
        }
        Node linked = create.child("linked_parent");
        if (linked != null) {
            group.set(linkedParent(linked.requireJid("jid")));
        }
    }

    /** Makes what belongs to a new community, or tells the community of its new group. */
    void complete(Device creator, Group group, Node create) {
        if (group.isCommunity()) {
            make(creator, group, new String(group.subject().content(), StandardCharsets.UTF_8), "default_sub_group");
            if (create.child("create_general_chat") != null) {
                make(creator, group, GENERAL_CHAT, "general_chat");
            }
        }
        group.community().flatMap(groups::find).ifPresent(community -> {
            group.members().forEach(member -> members.follow(creator, group, member));
            tellLinked(creator, community, group, "link", null);
        });
    }

    private void make(Device creator, Group community, String subject, String kind) {
        Group made = groups.create(
                world, creator.account(), subject, community.addressingMode().equals("lid"));
        made.set(linkedParent(community.jid()));
        made.set(Node.builder(kind).build());
        if (kind.equals("default_sub_group")) {
            made.set(Node.builder("announcement").build());
            community.members().stream()
                    .filter(member -> !made.hasMember(member))
                    .forEach(member -> made.put(member, community.role(member)));
        }
        notifications.send(
                made,
                creator,
                Node.builder("create")
                        .attr("type", "new")
                        .child(GroupNodes.group(made))
                        .build(),
                made.members());
    }

    private static Node linkedParent(Jid community) {
        return Node.builder("linked_parent").attr("jid", community).build();
    }

    private boolean isFull(Group community) {
        return groups.linkedTo(community).size() > MAX_LINKED;
    }

    private Group asAdmin(IqExchange iq) {
        return requireCommunity(GroupIq.asAdmin(groups, iq));
    }

    private Group asMember(IqExchange iq) {
        return requireCommunity(GroupIq.asMember(groups, iq));
    }

    private static Group requireCommunity(Group group) {
        if (!group.isCommunity()) {
            throw GroupIq.notAcceptable();
        }
        return group;
    }

    private void link(IqExchange iq) {
        Group community = asAdmin(iq);
        List<Group> done = new ArrayList<>();
        List<Node> links = new ArrayList<>();
        for (Node link : iq.child().children("link")) {
            List<Node> answered = new ArrayList<>();
            for (Node asked : link.children("group")) {
                Jid jid = asked.requireJid("jid");
                Optional<Group> group = groups.find(jid);
                int error = linkError(community, group, iq.device().account());
                if (error == 0) {
                    group.orElseThrow().set(linkedParent(community.jid()));
                    group.orElseThrow().nextSettingsVersion();
                    done.add(group.orElseThrow());
                }
                answered.add(result(jid, error));
            }
            links.add(Node.builder("link")
                    .attr("link_type", "sub_group")
                    .children(answered)
                    .build());
        }
        iq.reply(Node.builder("links").children(links).build());
        for (Group group : done) {
            group.members().forEach(member -> members.follow(iq.device(), group, member));
            tellLinked(iq.device(), community, group, "link", null);
        }
    }

    private int linkError(Group community, Optional<Group> group, Account account) {
        if (group.isEmpty()) {
            return NOT_FOUND;
        }
        if (!group.get().isAdmin(account)) {
            return FORBIDDEN;
        }
        if (group.get().isCommunity()) {
            return NOT_ACCEPTABLE;
        }
        if (group.get().community().isPresent()) {
            return CONFLICT;
        }
        return isFull(community) ? FULL : 0;
    }

    private static Node result(Jid group, int error) {
        Node.Builder result = Node.builder("group").attr("jid", group);
        return error == 0 ? result.build() : result.attr("error", error).build();
    }

    /** Tells the community of its group and the group of its community. */
    private void tellLinked(Device actor, Group community, Group group, String tag, @Nullable String reason) {
        notifications.send(community, actor, linked(tag, "sub_group", reason, group), community.members());
        notifications.send(group, actor, linked(tag, "parent_group", reason, community), group.members());
    }

    private static Node linked(String tag, String type, @Nullable String reason, Group group) {
        return Node.builder(tag)
                .attr(tag + "_type", type)
                .attrIfPresent(tag + "_reason", reason)
                .child(GroupNodes.named(group))
                .build();
    }

    private void unlink(IqExchange iq) {
        Group community = asAdmin(iq);
        List<Node> answered = new ArrayList<>();
        Map<Group, Boolean> done = new LinkedHashMap<>();
        for (Node asked : iq.child().children("group")) {
            Jid jid = asked.requireJid("jid");
            Optional<Group> group = groups.find(jid).filter(found -> isLinked(community, found));
            int error = group.isEmpty() ? NOT_FOUND : group.get().isDefaultSubGroup() ? NOT_ACCEPTABLE : 0;
            if (error == 0) {
                done.put(group.orElseThrow(), "true".equals(asked.attr("remove_orphaned_members")));
            }
            answered.add(result(jid, error));
        }
        done.keySet().forEach(Communities::free);
        iq.reply(Node.builder("unlink")
                .attr("unlink_type", "sub_group")
                .children(answered)
                .build());
        done.forEach((group, withOrphans) -> {
            tellLinked(iq.device(), community, group, "unlink", "unlink_group");
            if (withOrphans) {
                group.members().stream()
                        .filter(member -> !community.isAdmin(member) && isOrphan(community, member))
                        .forEach(member -> putOut(iq.device(), community, member));
            }
        });
    }

    private static void free(Group group) {
        group.unset("linked_parent");
        group.unset("general_chat");
        group.nextSettingsVersion();
    }

    private static boolean isLinked(Group community, Group group) {
        return group.community().filter(community.jid()::equals).isPresent();
    }

    private boolean isOrphan(Group community, Account member) {
        return groups.linkedTo(community).stream()
                .noneMatch(group -> !group.isDefaultSubGroup() && group.hasMember(member));
    }

    private void putOut(Device actor, Group community, Account member) {
        members.takeOut(community, actor, member);
        groups.announcementGroupOf(community).ifPresent(group -> members.takeOut(group, actor, member));
    }

    private void subGroups(IqExchange iq) {
        iq.reply(Node.builder("sub_groups")
                .children(groups.linkedTo(asMember(iq)).stream()
                        .map(GroupNodes::linked)
                        .toList())
                .build());
    }

    private void participants(IqExchange iq) {
        Group community = asMember(iq);
        Set<Account> all = new LinkedHashSet<>(community.members());
        groups.linkedTo(community).forEach(group -> all.addAll(group.members()));
        iq.reply(Node.builder("linked_groups_participants")
                .children(all.stream()
                        .map(member -> GroupNodes.participant(community, member).build())
                        .toList())
                .build());
    }

    /** The group that a member of its community asks about. */
    private Group linked(IqExchange iq) {
        Group community = asMember(iq);
        return groups.find(iq.child().requireJid("jid"))
                .filter(group -> isLinked(community, group))
                .orElseThrow(GroupIq::notFound);
    }

    private static Node linkedGroup(Group group) {
        return Node.builder("linked_group").child(GroupNodes.group(group)).build();
    }

    private void join(IqExchange iq) {
        Group group = linked(iq);
        Account joiner = iq.device().account();
        if (group.hasMember(joiner)) {
            throw new IqRefusal(CONFLICT, "conflict");
        }
        if (group.has("membership_approval_mode")) {
            iq.reply(Node.builder("membership_approval_request")
                    .attr("jid", group.jid())
                    .build());
            JoinRequests.request(world, notifications, group, iq.device(), List.of(joiner), "linked_group_join");
            return;
        }
        if (group.members().size() >= GroupMembers.MAX_MEMBERS) {
            throw new IqRefusal(FULL, "resource-limit");
        }
        int before = group.memberVersion();
        group.put(joiner, Group.Role.MEMBER);
        group.nextMemberVersion();
        iq.reply(linkedGroup(group));
        notifications.joined(group, iq.device(), List.of(joiner), "linked_group_join", before);
    }

    /** Ends a community: its groups go on without it, its announcement group ends with it. */
    private void delete(IqExchange iq) {
        Group community = asAdmin(iq);
        List<Group> linked = groups.linkedTo(community);
        linked.forEach(Communities::free);
        iq.reply();
        for (Group group : linked) {
            if (group.isDefaultSubGroup()) {
                groups.delete(group);
                notifications.send(group, iq.device(), deleted(), group.members());
            } else {
                notifications.send(
                        group,
                        iq.device(),
                        linked("unlink", "parent_group", "delete_parent", community),
                        group.members());
            }
        }
        groups.delete(community);
        notifications.send(community, iq.device(), deleted(), community.members());
    }

    private static Node deleted() {
        return Node.builder("delete").attr("reason", "delete_parent").build();
    }
}
