package dev.waxwing.testkit.area.message;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.area.group.Addressing;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Status posts and messages to broadcast lists: they go to whom the sender lists, by device or, with the sender key there
 * already, by person, and to nobody else.
 */
final class StatusMessages implements MessageRoute {

    private static final int MALFORMED = 479;

    private final World world;

    StatusMessages(World world) {
        this.world = world;
    }

    /** Of what is no post the service takes no setting, and of none a form of address (peer whatsapp-rust). */
    @Override
    public OptionalInt refusal(Device from, Node message, MessageParts parts) {
        boolean isPost = !"reaction".equals(message.attr("type")) && message.attr("edit") == null;
        boolean isMalformed = (!isPost && setting(message) != null) || message.hasAttr("addressing_mode");
        return isMalformed ? OptionalInt.of(MALFORMED) : OptionalInt.empty();
    }

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
        Jid chat = message.requireJid("to");
        boolean byAnotherName = chat.isStatusBroadcast() && world.settings().statusStanzas();
        return Node.builder(byAnotherName ? "status" : "message")
                .attr("from", chat)
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
