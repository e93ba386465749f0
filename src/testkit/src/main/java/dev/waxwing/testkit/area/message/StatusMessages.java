package dev.waxwing.testkit.area.message;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.area.group.Addressing;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Status posts and other broadcasts: they go to whom the sender lists, by device or, with the sender key there already,
 * by person. Baileys lists only the devices that lack its key, and leaves the rest to the service, which knows the
 * account's audience; here that is everybody it has listed before.
 */
final class StatusMessages implements MessageRoute {

    private static final int MALFORMED = 479;

    private final World world;
    private final Map<Account, Map<Account, Jid>> listedBefore = new HashMap<>();

    StatusMessages(World world) {
        this.world = world;
    }

    @Override
    public OptionalInt refusal(Device from, Node message, MessageParts parts) {
        boolean isPost = !"reaction".equals(message.attr("type")) && message.attr("edit") == null;
        return isPost || setting(message) == null ? OptionalInt.empty() : OptionalInt.of(MALFORMED);
    }

    /** To whom a post goes, in one word: clients that write it list everybody. */
    private static @Nullable String setting(Node message) {
        Node meta = message.child("meta");
        return meta == null ? null : meta.attr("status_setting");
    }

    @Override
    public List<Device> audience(Device from, Node message) {
        return List.of();
    }

    @Override
    public void deliver(Device from, Node message, MessageParts parts) {
        Map<Device, List<Node>> ciphertexts = new LinkedHashMap<>();
        Map<Device, Jid> addresses = new LinkedHashMap<>();
        for (MessageParts.Addressed to : parts.addressed()) {
            for (Device device : devicesOf(to)) {
                ciphertexts.computeIfAbsent(device, unused -> new ArrayList<>()).addAll(to.ciphertexts());
                addresses.put(device, to.device());
            }
        }
        if (message.requireJid("to").isStatusBroadcast() && !parts.direct().isEmpty()) {
            Map<Account, Jid> listed = listedBefore.computeIfAbsent(from.account(), unused -> new LinkedHashMap<>());
            if (setting(message) == null) {
                listed.forEach((account, address) -> account.devices().forEach(device -> {
                    ciphertexts.computeIfAbsent(device, unused -> new ArrayList<>());
                    addresses.putIfAbsent(device, address);
                }));
            }
            addresses.forEach((device, address) -> listed.put(device.account(), address.withoutDevice()));
        }
        ciphertexts.remove(from);
        ciphertexts.forEach((device, own) -> {
            own.addAll(parts.direct());
            if (!own.isEmpty()) {
                world.deliver(device, delivered(from, message, parts, addresses.getOrDefault(device, Jid.SERVER), own));
            }
        });
    }

    private List<Device> devicesOf(MessageParts.Addressed to) {
        if (to.ciphertexts().isEmpty() && to.device().device() == 0) {
            return world.accounts()
                    .find(to.device())
                    .map(account -> account.devices())
                    .orElse(List.of());
        }
        return world.accounts().findDevice(to.device()).map(List::of).orElse(List.of());
    }

    private Node delivered(Device from, Node message, MessageParts parts, Jid address, List<Node> ciphertexts) {
        return Node.builder("message")
                .attr("from", message.requireJid("to"))
                .attr("participant", from.jidLike(address))
                .attr(
                        address.isLid() ? "participant_pn" : "participant_lid",
                        Addressing.unlike(address, from.account()))
                .attr("id", message.requireAttr("id"))
                .attrIfPresent("type", message.attr("type"))
                .attr("t", world.clock().seconds())
                .attr("notify", from.account().pushName())
                .attrIfPresent("edit", message.attr("edit"))
                .children(parts.content(ciphertexts))
                .build();
    }
}
