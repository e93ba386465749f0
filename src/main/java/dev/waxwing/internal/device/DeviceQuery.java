package dev.waxwing.internal.device;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.adv.ADVKeyIndexList;
import dev.waxwing.proto.adv.ADVSignedKeyIndexList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The usync request for device lists and LIDs, and its answer. Shapes as peers Baileys, whatsmeow and whatsapp-rust have them. */
final class DeviceQuery {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceQuery.class);

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

    /** Users that the answer leaves out have no devices. */
    static Map<Jid, UserDevices> answer(Node iq, Collection<Jid> asked) {
        Map<Jid, UserDevices> found = new LinkedHashMap<>();
        asked.forEach(user -> found.put(user, UserDevices.none(user)));
        Node list = iq.requireChild("usync").child("list");
        if (list == null) {
            return found;
        }
        for (Node user : list.children("user")) {
            Jid jid = user.requireJid("jid").withoutDevice();
            if (found.containsKey(jid)) {
                found.put(jid, new UserDevices(jid, lid(user), devices(user)));
            }
        }
        return found;
    }

    private static Optional<Jid> lid(Node user) {
        Node lid = user.child("lid");
        return lid == null
                ? Optional.empty()
                : Optional.ofNullable(lid.jid("val")).map(Jid::withoutDevice);
    }

    private static List<Integer> devices(Node user) {
        Node devices = user.child("devices");
        if (devices == null) {
            return List.of();
        }
        Node list = devices.child("device-list");
        if (list == null) {
            return List.of();
        }
        ADVKeyIndexList valid = keyIndexList(devices.child("key-index-list"));
        List<Integer> ids = new ArrayList<>();
        for (Node device : list.children("device")) {
            int id = device.intAttr("id", -1);
            if (id == 0 || (id > 0 && isListed(device.intAttr("key-index", -1), valid))) {
                ids.add(id);
            }
        }
        return ids;
    }

    /**
     * The phone needs no key index. A companion without one was never confirmed by the phone; one whose index the phone's list
     * neither holds nor is too old to hold has been removed (rule of peer whatsapp-rust).
     */
    private static boolean isListed(int keyIndex, @Nullable ADVKeyIndexList valid) {
        if (keyIndex < 0) {
            return false;
        }
        if (valid == null) {
            return true;
        }
        Set<Integer> indexes = new HashSet<>(valid.getValidIndexesList());
        return indexes.contains(keyIndex) || keyIndex > valid.getCurrentIndex();
    }

    private static @Nullable ADVKeyIndexList keyIndexList(@Nullable Node node) {
        byte[] signed = node == null ? null : node.bytes();
        if (signed == null || signed.length == 0) {
            return null;
        }
        try {
            return ADVKeyIndexList.parseFrom(
                    ADVSignedKeyIndexList.parseFrom(signed).getDetails());
        } catch (InvalidProtocolBufferException e) {
            LOG.warn(
                    "A key index list is not readable; its devices are taken as listed",
                    new ProtocolViolationException("malformed key-index-list of " + signed.length + " bytes", e));
            return null;
        }
    }
}
