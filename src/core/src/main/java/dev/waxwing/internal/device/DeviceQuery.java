package dev.waxwing.internal.device;

import dev.waxwing.internal.account.KeyIndexList;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.model.UserDevices;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The usync request for device lists and LIDs, and its answer. Shapes as peers Baileys, whatsmeow and whatsapp-rust
 * have them.
 */
final class DeviceQuery {

    /** The largest device number an address can hold. */
    private static final int MAX_DEVICE = 255;

    private DeviceQuery() {}

    /**
     * @param sessionId the {@code sid}, any text unique to the query
     * @param users users without devices
     */
    static Node request(String sessionId, Collection<Jid> users) {
        List<Node> asked = users.stream()
                .map(user -> Node.builder("user").attr("jid", user).build())
                .toList();
        Node query = Node.builder("query")
                .child(Node.builder("devices").attr("version", "2").build())
                .child(Node.builder("lid").build())
                .build();
        Node usync = Node.builder("usync")
                .attr("sid", sessionId)
                .attr("mode", "query")
                .attr("last", "true")
                .attr("index", "0")
                .attr("context", "message")
                .child(query)
                .child(Node.builder("list").children(asked).build())
                .build();
        return Node.builder("iq")
                .attr("to", Jid.SERVER)
                .attr("type", "get")
                .attr("xmlns", "usync")
                .child(usync)
                .build();
    }

    /**
     * What the answer says of one user.
     *
     * @param user as asked for
     * @param lid the user's LID, if told
     * @param listed the devices as the server has them
     * @param keyIndexes the phone's list of its companions, if there is one
     */
    record Answer(Jid user, Optional<Jid> lid, List<ListedDevice> listed, Optional<KeyIndexList> keyIndexes) {

        /**
         * The devices that the phone stands by.
         *
         * @param newest the newest list of that phone that is known
         */
        UserDevices devices(Optional<KeyIndexList> newest) {
            return new UserDevices(user, lid, ListedDevice.confirmed(listed, newest));
        }
    }

    /** Users that the answer leaves out have no devices. */
    static Map<Jid, Answer> answer(Node iq, Collection<Jid> asked) {
        Map<Jid, Answer> found = new LinkedHashMap<>();
        asked.forEach(user -> found.put(user, none(user)));
        Node list = iq.requireChild("usync").child("list");
        if (list == null) {
            return found;
        }
        for (Node user : list.children("user")) {
            Jid jid = user.requireJid("jid").person();
            if (found.containsKey(jid)) {
                found.put(jid, answer(jid, user));
            }
        }
        return found;
    }

    private static Answer answer(Jid jid, Node user) {
        Node devices = user.child("devices");
        if (devices == null) {
            return new Answer(jid, lid(user), List.of(), Optional.empty());
        }
        Node list = devices.child("device-list");
        List<ListedDevice> listed = list == null
                ? List.of()
                : list.children("device").stream()
                        .map(device -> new ListedDevice(device.intAttr("id", -1), device.intAttr("key-index", -1)))
                        .filter(device -> device.id() >= 0 && device.id() <= MAX_DEVICE)
                        .toList();
        return new Answer(jid, lid(user), listed, ListedDevice.listIn(devices.child("key-index-list")));
    }

    /** Of somebody whom the answer leaves out. */
    static Answer none(Jid user) {
        return new Answer(user, Optional.empty(), List.of(), Optional.empty());
    }

    private static Optional<Jid> lid(Node user) {
        Node lid = user.child("lid");
        return lid == null
                ? Optional.empty()
                : Optional.ofNullable(lid.jid("val")).map(Jid::person);
    }
}
