package dev.waxwing.internal.device;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.account.KeyIndexList;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.ParticipantHash;
import dev.waxwing.model.Jid;
import dev.waxwing.model.UserDevices;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a notice says of somebody's devices. It is applied to a list that is known already and then checked: the notice
 * brings the hash of the list as the server has it. Where several kinds stand in one notice, removal counts before
 * addition before "look again" (rule of peer whatsapp-rust).
 *
 * @param kind what happened
 * @param devices those added or removed, or all there are
 * @param hash of the whole list, in the form of address the notice comes from; null if the notice has none
 * @param lidHash of the whole list by LID; null if the notice has none
 * @param keyIndexes the phone's list of its companions, if the notice brings it
 */
record DeviceChange(
        Kind kind,
        List<ListedDevice> devices,
        @Nullable String hash,
        @Nullable String lidHash,
        Optional<KeyIndexList> keyIndexes) {

    /** What can happen to a list. */
    enum Kind {
        /** Devices are new. */
        ADD,
        /** Devices are gone. */
        REMOVE,
        /** The list is another; the notice does not say which. */
        UPDATE,
        /** The notice has the whole list. */
        ALL
    }

    /** Far more than an account may link; bounds the work that one notice makes. */
    private static final int MOST_DEVICES = 100;

    /** Of a contact. One without a change that is known means: look again. */
    static DeviceChange ofContact(Node notification) {
        Jid user = notification.requireJid("from");
        Jid lid = notification.jid("lid");
        Node removed = notification.child("remove");
        if (removed != null) {
            return read(Kind.REMOVE, removed, "device_hash", user, lid);
        }
        Node added = notification.child("add");
        return added == null
                ? new DeviceChange(Kind.UPDATE, List.of(), null, null, Optional.empty())
                : read(Kind.ADD, added, "device_hash", user, lid);
    }

    /** Of the own account, which is always told in full. */
    static DeviceChange ofOwnAccount(Node notification) {
        Node all = notification.requireChild("devices");
        Jid user = notification.requireJid("from");
        return read(all.children("device").isEmpty() ? Kind.UPDATE : Kind.ALL, all, "dhash", user, null);
    }

    private static DeviceChange read(Kind kind, Node change, String hash, Jid user, @Nullable Jid lid) {
        List<Node> nodes = change.children("device");
        if (nodes.size() > MOST_DEVICES) {
            throw new ProtocolViolationException("a notice of " + nodes.size() + " devices");
        }
        List<ListedDevice> devices = new ArrayList<>();
        for (Node node : nodes) {
            Jid device = node.requireJid("jid");
            if (!device.sameUser(user) && (lid == null || !device.sameUser(lid))) {
                throw new ProtocolViolationException("a notice about " + user + " names a device of somebody else");
            }
            devices.add(new ListedDevice(device.device(), node.intAttr("key-index", -1)));
        }
        return new DeviceChange(
                kind,
                devices,
                change.attr(hash),
                change.attr("device_lid_hash"),
                ListedDevice.listIn(change.child("key-index-list")));
    }

    /** The companions that are gone, as far as the notice itself says. */
    List<Integer> removed() {
        return kind == Kind.REMOVE
                ? devices.stream().map(ListedDevice::id).filter(id -> id != 0).toList()
                : List.of();
    }

    /**
     * The list after the change.
     *
     * @param known the list as it was
     * @param user the person as the notice names them
     * @param lid the person's LID, if known
     * @param newest the newest list of the person's phone that is known
     * @return empty if the outcome is not what the server has
     */
    Optional<UserDevices> applyTo(UserDevices known, Jid user, Optional<Jid> lid, Optional<KeyIndexList> newest) {
        if (kind == Kind.UPDATE || hash == null) {
            return Optional.empty();
        }
        Set<Integer> ids = new LinkedHashSet<>(known.deviceIds());
        switch (kind) {
            case ADD -> ids.addAll(ListedDevice.confirmed(devices, newest));
            case REMOVE -> devices.forEach(device -> ids.remove(device.id()));
            default -> {
                // Only numbers: the hash tells whether they are the whole list.
                ids.clear();
                devices.forEach(device -> ids.add(device.id()));
            }
        }
        boolean right = hash.equals(hashOf(ids, user))
                && (lidHash == null
                        || lid.filter(address -> !lidHash.equals(hashOf(ids, address)))
                                .isEmpty());
        return right
                ? Optional.of(new UserDevices(known.user(), known.lid().or(() -> lid), List.copyOf(ids)))
                : Optional.empty();
    }

    private static String hashOf(Set<Integer> ids, Jid user) {
        return ParticipantHash.of(ids.stream().map(user::withDevice).toList());
    }
}
