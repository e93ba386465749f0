package dev.waxwing.testkit.area.message;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.area.group.Group;
import dev.waxwing.testkit.area.group.Groups;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Messages to a group: every device of every present member gets what was encrypted for it, with the sender key if it
 * did not have that yet, and what was encrypted for all, in one stanza.
 */
final class GroupMessages implements MessageRoute {

    private static final int NOT_FOUND = 404;
    private static final int FORBIDDEN = 403;
    private static final int NOT_ALLOWED = 405;
    private static final int ADMINS_ONLY = 420;
    private static final int STALE_ADDRESSING = 421;

    private final World world;
    private final Groups groups;

    GroupMessages(World world, Groups groups) {
        this.world = world;
        this.groups = groups;
    }

    @Override
    public OptionalInt refusal(Device from, Node message, MessageParts parts) {
        String mode = message.attr("addressing_mode");
        return groups.find(message.requireJid("to"))
                        .filter(group -> mode != null && !mode.equals(group.addressingMode()))
                        .isPresent()
                ? OptionalInt.of(STALE_ADDRESSING)
                : OptionalInt.empty();
    }

    @Override
    public OptionalInt barred(Device from, Node message) {
        Optional<Group> found = groups.find(message.requireJid("to"));
        if (found.isEmpty()) {
            return OptionalInt.of(NOT_FOUND);
        }
        Group group = found.get();
        if (!group.hasMember(from.account())) {
            return OptionalInt.of(FORBIDDEN);
        }
        if (group.isCommunity()) {
            return OptionalInt.of(NOT_ALLOWED);
        }
        if (group.isAnnouncement() && !group.isAdmin(from.account())) {
            return OptionalInt.of(ADMINS_ONLY);
        }
        return OptionalInt.empty();
    }

    @Override
    public List<Device> audience(Device from, Node message) {
        return groups.find(message.requireJid("to"))
                .map(group -> group.members().stream()
                        .flatMap(member -> member.devices().stream())
                        .toList())
                .orElse(List.of());
    }

    @Override
    public void deliver(Device from, Node message, MessageParts parts) {
        Group group = groups.find(message.requireJid("to")).orElse(null);
        if (group == null || !group.hasMember(from.account())) {
            return;
        }
        Map<Device, List<Node>> addressed = new HashMap<>();
        parts.addressed()
                .forEach(to -> world.accounts()
                        .findDevice(to.device())
                        .ifPresent(device -> addressed
                                .computeIfAbsent(device, unused -> new ArrayList<>())
                                .addAll(to.ciphertexts())));
        Jid only = message.jid("participant");
        for (Account member : group.members()) {
            for (Device device : member.devices()) {
                if (device != from && (only == null || device.jidLike(only).equals(only))) {
                    List<Node> ciphertexts = new ArrayList<>(addressed.getOrDefault(device, List.of()));
                    ciphertexts.addAll(parts.direct());
                    deliver(from, group, message, parts, device, ciphertexts);
                }
            }
        }
    }

    private void deliver(
            Device from, Group group, Node message, MessageParts parts, Device to, List<Node> ciphertexts) {
        if (ciphertexts.isEmpty()) {
            return;
        }
        world.deliver(
                to,
                group.signedBy(Node.builder("message").attr("from", group.jid()), from)
                        .attr("id", message.requireAttr("id"))
                        .attrIfPresent("type", message.attr("type"))
                        .attr("t", world.clock().seconds())
                        .attr("notify", from.account().pushName())
                        .attrIfPresent("edit", message.attr("edit"))
                        .children(parts.content(ciphertexts))
                        .build());
    }
}
