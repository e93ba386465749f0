package dev.waxwing.testkit.area.group;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells members what happened to their group: every device of each, the one that acted included, as the service does.
 * whatsmeow keeps its list of members right by nothing else, and tells the notice of its own new group by its key.
 */
final class GroupNotifications {

    private final World world;

    GroupNotifications(World world) {
        this.world = world;
    }

    /**
     * Notifies every device of an audience.
     *
     * @param actor who did it
     * @param what the child of the notification
     * @param audience members, and those who were until now
     */
    void send(Group group, Device actor, Node what, Collection<Account> audience) {
        Account author = actor.account();
        Node notification = group.signedBy(Node.builder("notification").attr("from", group.jid()), author)
                .attr("type", "w:gp2")
                .attr("id", world.nextId())
                .attr("t", world.clock().seconds())
                .attr("notify", author.pushName())
                .child(what)
                .build();
        audience.forEach(member -> world.deliver(member, notification));
    }

    /**
     * Notifies of members who came: the members of their number, and them of the group, which Baileys learns from
     * nothing else.
     *
     * @param reason why they are in, or null if they were added
     * @param before the version of the member list until now
     */
    void joined(Group group, Device actor, Collection<Account> joiners, @Nullable String reason, int before) {
        send(
                group,
                actor,
                members("add", group, before, joiners).toBuilder()
                        .attrIfPresent("reason", reason)
                        .build(),
                group.members());
        send(
                group,
                actor,
                Node.builder("create")
                        .attrIfPresent("reason", reason)
                        .child(GroupNodes.group(group))
                        .build(),
                joiners);
    }

    /** What was done to some members, with the version of the list before and after. */
    static Node members(String tag, Group group, int before, Collection<Account> members) {
        List<Node> participants = members.stream()
                .map(member -> GroupNodes.participant(group, member).build())
                .toList();
        return Node.builder(tag)
                .attr("v_id", group.memberVersion())
                .attr("prev_v_id", before)
                .children(participants)
                .build();
    }
}
