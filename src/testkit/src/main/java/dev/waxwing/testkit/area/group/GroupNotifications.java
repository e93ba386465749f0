package dev.waxwing.testkit.area.group;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells members what happened to their group. */
final class GroupNotifications {

    private final World world;

    GroupNotifications(World world) {
        this.world = world;
    }

    /**
     * Notifies every device of an audience, the one that acted excepted: it has its answer.
     *
     * @param actor who did it
     * @param what the child of the notification
     * @param audience members, and those who were until now
     */
    void send(Group group, Device actor, Node what, Collection<Account> audience) {
        send(group, actor.account(), what, audience, actor);
    }

    /** Notifies every device of an audience, also the one that acted, whose answer does not say this. */
    void sendToAll(Group group, Account actor, Node what, Collection<Account> audience) {
        send(group, actor, what, audience, null);
    }

    /**
     * Notifies of members who came: the members of their number, and them of the group, which Baileys learns from
     * nothing else.
     *
     * @param reason why they are in, or null if they were added
     * @param before the version of the member list until now
     * @param told whether the device that acted learns of the group, too: nothing in its answer says it
     */
    void joined(
            Group group, Device actor, Collection<Account> joiners, @Nullable String reason, int before, boolean told) {
        Device passedOver = told ? null : actor;
        send(
                group,
                actor.account(),
                members("add", group, before, joiners).toBuilder()
                        .attrIfPresent("reason", reason)
                        .build(),
                group.members(),
                passedOver);
        send(
                group,
                actor.account(),
                Node.builder("create")
                        .attrIfPresent("reason", reason)
                        .child(GroupNodes.group(group))
                        .build(),
                joiners,
                passedOver);
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

    private void send(
            Group group, Account actor, Node what, Collection<Account> audience, @Nullable Device passedOver) {
        Node notification = group.signedBy(Node.builder("notification").attr("from", group.jid()), actor)
                .attr("type", "w:gp2")
                .attr("id", world.nextId())
                .attr("t", world.clock().seconds())
                .attr("notify", actor.pushName())
                .child(what)
                .build();
        for (Account member : audience) {
            for (Device device : member.devices()) {
                if (device != passedOver) {
                    world.deliver(device, notification);
                }
            }
        }
    }
}
