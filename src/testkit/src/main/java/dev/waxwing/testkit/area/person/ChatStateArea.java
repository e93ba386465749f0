package dev.waxwing.testkit.area.person;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.area.group.Addressing;
import dev.waxwing.testkit.area.group.Groups;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who is typing. It goes to devices that are online; for others the newest state of each person and chat waits for a
 * short while.
 *
 * <p>Registered behind the offline queue, so that what waited comes after the backlog.
 */
public final class ChatStateArea implements ServerArea {

    private static final int MAX_WAITING = 1000;

    private record Typist(Jid from, String participant) {}

    private record Waiting(Node stanza, Instant until) {}

    private final Groups groups;
    private final Map<Device, Map<Typist, Waiting>> waiting = new HashMap<>();

    /**
     * Creates the area.
     *
     * @param groups all groups
     */
    public ChatStateArea(Groups groups) {
        this.groups = groups;
    }

    @Override
    public void register(Registrations on, World world) {
        on.stanza("chatstate", (from, state) -> take(world, from, state));
        on.onActive(device -> release(world, device));
        on.onRemoved(waiting::remove);
    }

    private void take(World world, Device from, Node state) {
        Jid to = state.requireJid("to");
        if (to.isGroup()) {
            groups.find(to)
                    .filter(group -> group.hasMember(from.account()))
                    .ifPresent(group -> group.members()
                            .forEach(member -> deliver(
                                    world,
                                    from,
                                    member,
                                    Node.builder("chatstate")
                                            .attr("from", to)
                                            .attr("participant", group.address(from.account()))
                                            .children(state.children())
                                            .build())));
            return;
        }
        world.accounts()
                .find(to)
                .ifPresent(account -> deliver(
                        world,
                        from,
                        account,
                        Node.builder("chatstate")
                                .attr("from", Addressing.like(to, from.account()))
                                .children(state.children())
                                .build()));
    }

    private void deliver(World world, Device from, Account account, Node state) {
        if (account == from.account()) {
            return;
        }
        for (Device device : account.companions()) {
            if (device.isActive()) {
                world.deliver(device, state);
            } else {
                keep(world, device, state);
            }
        }
    }

    private void keep(World world, Device device, Node state) {
        Map<Typist, Waiting> own = waiting.computeIfAbsent(device, unused -> new LinkedHashMap<>());
        String participant = state.attr("participant");
        Typist typist = new Typist(state.requireJid("from"), participant == null ? "" : participant);
        own.remove(typist);
        if (own.size() < MAX_WAITING) {
            own.put(
                    typist,
                    new Waiting(
                            state, world.clock().instant().plus(world.settings().chatStateTtl())));
        }
    }

    private void release(World world, Device device) {
        Map<Typist, Waiting> own = waiting.remove(device);
        if (own != null) {
            Instant now = world.clock().instant();
            own.values().stream()
                    .filter(state -> now.isBefore(state.until))
                    .forEach(state -> world.deliver(device, state.stanza));
        }
    }
}
