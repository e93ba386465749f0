package dev.waxwing.testkit.area.device;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.ParticipantHash;
import dev.waxwing.testkit.area.person.Contacts;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells of companions that come and go: the account's contacts by what was added or removed, with the hash of what is
 * left to check it by, and the account's own other devices by the whole list. Contacts are told of a phone that was
 * installed anew, too. Shapes as peers Baileys, whatsmeow and whatsapp-rust parse them.
 */
public final class DeviceChangesArea implements ServerArea {

    private final Contacts contacts;
    private final KeyIndexLists lists;

    /**
     * Creates the area.
     *
     * @param contacts who is told of an account's devices
     * @param lists the signed lists of key indexes
     */
    public DeviceChangesArea(Contacts contacts, KeyIndexLists lists) {
        this.contacts = contacts;
        this.lists = lists;
    }

    @Override
    public void register(Registrations on, World world) {
        on.onPaired(device -> changed(world, device, "add"));
        on.onRemoved(device -> changed(world, device, "remove"));
        on.onReinstalled(account -> reinstalled(world, account));
    }

    private void changed(World world, Device device, String change) {
        Account account = device.account();
        lists.changed(account);
        for (Account contact : contacts.of(account)) {
            Node notice = notification(world, account, "devices")
                    .attr("lid", account.lid())
                    .child(change(world, device, change))
                    .build();
            world.deliver(contact, notice);
        }
        Node whole = notification(world, account, "account_sync")
                .child(all(world, account))
                .build();
        account.companions().stream()
                .filter(companion -> companion != device)
                .forEach(companion -> world.deliver(companion, whole));
    }

    private void reinstalled(World world, Account account) {
        lists.changed(account);
        for (Account contact : contacts.of(account)) {
            Node notice = notification(world, account, "encrypt")
                    .attr("lid", account.lid())
                    .child(Node.builder("identity").build())
                    .build();
            world.deliver(contact, notice);
        }
    }

    private static Node.Builder notification(World world, Account account, String type) {
        return Node.builder("notification")
                .attr("from", account.phoneNumber())
                .attr("type", type)
                .attr("id", world.nextId())
                .attr("t", world.clock().seconds());
    }

    private Node change(World world, Device device, String change) {
        Account account = device.account();
        return Node.builder(change)
                .attr("device_hash", hash(account, false))
                .attr("device_lid_hash", hash(account, true))
                .child(Node.builder("device")
                        .attr("jid", device.phoneNumberJid())
                        .attr("lid", device.lidJid())
                        .attr("key-index", device.number())
                        .build())
                .child(keyIndexList(world, account))
                .build();
    }

    private Node all(World world, Account account) {
        List<Node> children = new ArrayList<>();
        for (Device device : account.devices()) {
            Node.Builder listed = Node.builder("device").attr("jid", device.phoneNumberJid());
            if (!device.isPhone()) {
                listed.attr("key-index", device.number());
            }
            children.add(listed.build());
        }
        children.add(keyIndexList(world, account));
        return Node.builder("devices")
                .attr("dhash", hash(account, false))
                .children(children)
                .build();
    }

    private Node keyIndexList(World world, Account account) {
        KeyIndexLists.Signed signed = lists.of(account, world.clock().seconds());
        return Node.builder("key-index-list")
                .attr("ts", signed.seconds())
                .bytes(signed.encoded())
                .build();
    }

    /** Over the devices that are linked now, the phone included. */
    private static String hash(Account account, boolean byLid) {
        return ParticipantHash.of(account.devices().stream()
                .map(device -> byLid ? device.lidJid() : device.phoneNumberJid())
                .toList());
    }
}
