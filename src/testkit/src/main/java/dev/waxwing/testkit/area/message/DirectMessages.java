package dev.waxwing.testkit.area.message;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.area.group.Addressing;
import dev.waxwing.testkit.area.person.BlockLists;
import dev.waxwing.testkit.area.person.Contacts;
import dev.waxwing.testkit.phone.Phones;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Messages to one person: to each of the devices that the sender encrypted for, its own other ones among them. A
 * ciphertext that stands in the message itself is for exactly the device that the message is addressed to.
 */
final class DirectMessages implements MessageRoute {

    private static final int MALFORMED = 479;
    private static final int NOT_REGISTERED = 406;

    private final World world;
    private final OfflineQueue queue;
    private final Phones phones;
    private final Contacts contacts;
    private final BlockLists blockLists;

    DirectMessages(World world, OfflineQueue queue, Phones phones, Contacts contacts, BlockLists blockLists) {
        this.world = world;
        this.queue = queue;
        this.phones = phones;
        this.contacts = contacts;
        this.blockLists = blockLists;
    }

    @Override
    public OptionalInt refusal(Device from, Node message, MessageParts parts) {
        if (!parts.direct().isEmpty() && !parts.addressed().isEmpty()) {
            return OptionalInt.of(MALFORMED);
        }
        return OptionalInt.empty();
    }

    @Override
    public OptionalInt barred(Device from, Node message) {
        return world.accounts().find(message.requireJid("to")).isEmpty()
                ? OptionalInt.of(NOT_REGISTERED)
                : OptionalInt.empty();
    }

    @Override
    public List<Device> audience(Device from, Node message) {
        Optional<Account> to = world.accounts().find(message.requireJid("to"));
        List<Device> devices = new ArrayList<>(from.account().devices());
        to.filter(account -> account != from.account()).ifPresent(account -> devices.addAll(account.devices()));
        return to.isPresent() ? devices : List.of();
    }

    @Override
    public void deliver(Device from, Node message, MessageParts parts) {
        Jid to = message.requireJid("to");
        if (!parts.direct().isEmpty()) {
            // Baileys' answers to a retry have both kinds; the direct one is meant.
            deliver(from, message, parts, new MessageParts.Addressed(to, parts.direct()));
            return;
        }
        parts.addressed().forEach(addressed -> deliver(from, message, parts, addressed));
    }

    private void deliver(Device from, Node message, MessageParts parts, MessageParts.Addressed addressed) {
        Device device = world.accounts().findDevice(addressed.device()).orElse(null);
        if (device == null || device == from || blockLists.isBlocked(device.account(), from.account())) {
            return;
        }
        contacts.met(from.account(), device.account());
        boolean ownCopy = device.account() == from.account();
        Node.Builder delivered = Node.builder("message")
                .attr("from", from.jidLike(addressed.device()))
                .attr("id", message.requireAttr("id"))
                .attrIfPresent("type", message.attr("type"))
                .attr("t", world.clock().seconds())
                .attr("notify", from.account().pushName())
                .attrIfPresent("edit", message.attr("edit"))
                .attrIfPresent("category", message.attr("category"));
        if (!ownCopy) {
            delivered.attr(
                    addressed.device().isLid() ? "sender_pn" : "sender_lid",
                    Addressing.unlike(addressed.device(), from.account()));
        } else if (parts.direct().isEmpty()) {
            nameOtherParty(delivered, message.requireJid("to").withoutDevice());
        } else {
            // Resent to one own device, or to the phone itself: only the sender knows which chat it belongs to.
            delivered.attrIfPresent("recipient", message.jid("recipient"));
        }
        world.deliver(
                device,
                delivered.children(parts.content(addressed.ciphertexts())).build());
        if (ownCopy && device.isPhone() && parts.direct().isEmpty() && phones.isOnline(device.account())) {
            phoneSaw(from, message);
        }
    }

    /**
     * An own device learns both addresses of the other party, and none of its own: Baileys would take it for the
     * other's.
     */
    private void nameOtherParty(Node.Builder delivered, Jid chat) {
        delivered.attr("recipient", chat);
        world.accounts()
                .find(chat)
                .ifPresent(other -> delivered.attr(
                        chat.isLid() ? "peer_recipient_pn" : "peer_recipient_lid", Addressing.unlike(chat, other)));
    }

    /** What the phone sends when it has its copy. Baileys waits for it before it reports the message. */
    private void phoneSaw(Device from, Node message) {
        Jid chat = message.requireJid("to").withoutDevice();
        queue.deliverFromPhone(
                world,
                from,
                Node.builder("receipt")
                        .attr("from", Addressing.like(chat, from.account()))
                        .attr("id", message.requireAttr("id"))
                        .attr("type", "sender")
                        .attr("recipient", chat)
                        .attr("t", world.clock().seconds())
                        .build());
    }
}
