package dev.waxwing.testkit.area.group;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.util.Collection;

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
        String id = world.nextId();
        Node notification = group.signedBy(Node.builder("notification").attr("from", group.jid()), actor.account())
                .attr("type", "w:gp2")
                .attr("id", id)
                .attr("t", world.clock().seconds())
                .attr("notify", actor.account().pushName())
                .child(what)
                .build();
        for (Account member : audience) {
            for (Device device : member.devices()) {
                if (device != actor) {
                    world.deliver(device, notification);
                }
            }
        }
    }
}
