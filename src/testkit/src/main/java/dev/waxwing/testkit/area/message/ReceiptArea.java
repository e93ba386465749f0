package dev.waxwing.testkit.area.message;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.area.group.Addressing;
import dev.waxwing.testkit.area.group.Groups;
import dev.waxwing.testkit.area.person.PrivacySettings;
import dev.waxwing.testkit.phone.Phones;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Takes receipts: acks each at once, counts the messages as confirmed, and passes it to whom its type concerns. */
public final class ReceiptArea implements ServerArea {

    private final OfflineQueue queue;
    private final PrivacySettings privacy;
    private final Groups groups;
    private final Phones phones;

    /**
     * Creates the area.
     *
     * @param queue forgets what a receipt is for
     * @param privacy who hides that messages were read
     * @param groups whose members' receipts are passed on
     * @param phones which are asked for media that have expired
     */
    public ReceiptArea(OfflineQueue queue, PrivacySettings privacy, Groups groups, Phones phones) {
        this.queue = queue;
        this.privacy = privacy;
        this.groups = groups;
        this.phones = phones;
    }

    @Override
    public void register(Registrations on, World world) {
        on.stanza("receipt", (from, receipt) -> take(world, from, receipt));
    }

    /**
     * Takes a receipt.
     *
     * @param world the server's state
     * @param from whose it is
     * @param receipt complete
     */
    public void take(World world, Device from, Node receipt) {
        String type = Objects.requireNonNullElse(receipt.attr("type"), "");
        ServerAcks.send(
                from,
                ServerAcks.of(receipt, world.clock().seconds())
                        .attrIfPresent("type", receipt.attr("type"))
                        .build());
        queue.receipted(world, from, idsOf(receipt), Optional.ofNullable(receipt.jid("to")));
        if (isOfFormerMember(from, receipt)) {
            return;
        }
        switch (type) {
            case "", "inactive" -> toSender(world, from, receipt, "");
            case "read", "played" -> {
                toOwnDevices(world, from, receipt, type + "-self");
                if (!privacy.isNone(from.account(), "readreceipts")) {
                    toSender(world, from, receipt, type);
                }
            }
            case "sender", "read-self", "played-self" -> toOwnDevices(world, from, receipt, type);
            case "retry" -> toDevice(world, from, receipt);
            case "server-error" ->
                phones.deliver(
                        from.account().phone(),
                        passed(world, receipt, type)
                                .attr("from", from.phoneNumberJid())
                                .build());
            default -> {
                // peer_msg and hist_sync are for the phone, the rest for nobody: the ack is all they need.
            }
        }
    }

    /** Whoever is not in a group any more tells nobody there anything: the ack is all there is. */
    private boolean isOfFormerMember(Device from, Node receipt) {
        Jid to = receipt.jid("to");
        return to != null
                && groups.find(to)
                        .filter(group -> !group.hasMember(from.account()))
                        .isPresent();
    }

    private static List<String> idsOf(Node receipt) {
        List<String> ids = new ArrayList<>();
        ids.add(receipt.requireAttr("id"));
        for (Node list : receipt.children("list")) {
            list.children("item").forEach(item -> {
                String id = item.attr("id");
                if (id != null) {
                    ids.add(id);
                }
            });
        }
        return ids;
    }

    /**
     * To the account that sent the message, from the receiver as a whole: Baileys files an update under the address it
     * came from.
     */
    private static void toSender(World world, Device from, Node receipt, String type) {
        Jid to = receipt.jid("to");
        if (to == null) {
            return;
        }
        Jid author = authorOf(receipt, to, from);
        Node.Builder passed = to.isUser()
                ? passed(world, receipt, type).attr("from", Addressing.like(to, from.account()))
                : inChat(world, from, receipt, type, to, author);
        Account sender = world.accounts().find(author).orElse(null);
        if (sender != null) {
            deliver(world, from, sender, passed.build());
        }
    }

    /** To the other devices of the same account, which learn what this one did. */
    private static void toOwnDevices(World world, Device from, Node receipt, String type) {
        Jid to = receipt.jid("to");
        Jid chat = Objects.requireNonNullElse(receipt.jid("recipient"), Objects.requireNonNullElse(to, Jid.SERVER));
        Node.Builder passed;
        if (to != null && !to.isUser()) {
            passed = inChat(world, from, receipt, type, to, authorOf(receipt, to, from));
        } else {
            passed = passed(world, receipt, type)
                    .attr("from", from.jidLike(chat))
                    .attr("recipient", chat.withoutDevice());
        }
        deliver(world, from, from.account(), passed.build());
    }

    /** To exactly the device that is asked to encrypt again. */
    private static void toDevice(World world, Device from, Node receipt) {
        Jid to = receipt.requireJid("to");
        Jid author = authorOf(receipt, to, from);
        Node.Builder passed = to.isUser()
                ? passed(world, receipt, "retry")
                        .attr("from", from.jidLike(to))
                        .attrIfPresent("recipient", receipt.jid("recipient"))
                : inChat(world, from, receipt, "retry", to, author);
        world.accounts().findDevice(author).ifPresent(device -> world.deliver(device, passed.build()));
    }

    /** Who wrote the messages; in a chat of many without a named author, the device itself. */
    private static Jid authorOf(Node receipt, Jid to, Device from) {
        return to.isUser() ? to : Objects.requireNonNullElse(receipt.jid("participant"), from.lidJid());
    }

    private static Node.Builder inChat(World world, Device from, Node receipt, String type, Jid chat, Jid author) {
        return passed(world, receipt, type).attr("from", chat).attr("participant", from.jidLike(author));
    }

    private static Node.Builder passed(World world, Node receipt, String type) {
        Node.Builder passed = Node.builder("receipt").attr("id", receipt.requireAttr("id"));
        if (!type.isEmpty()) {
            passed.attr("type", type);
        }
        passed.attr("t", world.clock().seconds());
        return receipt.children().isEmpty() ? passed : passed.children(receipt.children());
    }

    private static void deliver(World world, Device from, Account account, Node passed) {
        for (Device device : account.devices()) {
            if (device != from) {
                world.deliver(device, passed);
            }
        }
    }
}
