package dev.waxwing.testkit.area;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.Digests;
import dev.waxwing.testkit.server.Device;
import dev.waxwing.testkit.server.DeviceKeys;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.IqRefusal;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.SignedPreKey;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Pre-keys: how many are left, uploads, and the digest by which a client sees whether the server still has its bundle. */
final class PreKeyArea implements ServerArea {

    private static final int ID_BYTES = 3;
    private static final int REGISTRATION_BYTES = 4;
    private static final int MAX_KEYS = 10_000;
    private static final byte[] KEY_TYPE = {5};

    /** One-time keys by id; a device is absent until its first upload. */
    private final Map<Device, NavigableMap<Integer, byte[]>> oneTimeKeys = new HashMap<>();

    @Override
    public void register(Registrations on) {
        on.iq("encrypt", "get", "count", this::count);
        on.iq("encrypt", "set", "registration", this::upload);
        on.iq("encrypt", "get", "digest", this::digest);
        on.onRemoved(oneTimeKeys::remove);
    }

    private void count(IqExchange iq) {
        NavigableMap<Integer, byte[]> keys = oneTimeKeys.get(iq.device());
        iq.reply(Node.builder("count")
                .attr("value", keys == null ? 0 : keys.size())
                .build());
    }

    private void upload(IqExchange iq) {
        Node upload = iq.node();
        Device device = iq.device();
        NavigableMap<Integer, byte[]> keys = oneTimeKeys.getOrDefault(device, new TreeMap<>());
        for (Node key : upload.requireChild("list").children("key")) {
            keys.put(number(key, "id", ID_BYTES), bytes(key, "value", Curve25519.KEY_BYTES));
        }
        if (keys.size() > MAX_KEYS) {
            throw new IqRefusal(406, "not-acceptable");
        }
        Node signed = upload.requireChild("skey");
        device.keys(new DeviceKeys(
                number(upload, "registration", REGISTRATION_BYTES),
                bytes(upload, "identity", Curve25519.KEY_BYTES),
                new SignedPreKey(
                        number(signed, "id", ID_BYTES),
                        bytes(signed, "value", Curve25519.KEY_BYTES),
                        bytes(signed, "signature", Curve25519.SIGNATURE_BYTES))));
        oneTimeKeys.put(device, keys);
        iq.reply();
    }

    private void digest(IqExchange iq) {
        Device device = iq.device();
        NavigableMap<Integer, byte[]> keys = oneTimeKeys.get(device);
        if (keys == null) {
            throw new IqRefusal(404, "item-not-found");
        }
        DeviceKeys bundle = device.keys();
        SignedPreKey signed = bundle.signedPreKey();
        ByteArrayOutputStream hashed = new ByteArrayOutputStream();
        hashed.writeBytes(bundle.identity());
        hashed.writeBytes(signed.publicKey());
        hashed.writeBytes(signed.signature());
        List<Node> ids = new ArrayList<>();
        keys.forEach((id, key) -> {
            hashed.writeBytes(key);
            ids.add(leaf("id", BigEndian.encode(id, ID_BYTES)));
        });
        iq.reply(Node.builder("digest")
                .child(leaf("registration", BigEndian.encode(bundle.registrationId(), REGISTRATION_BYTES)))
                .child(leaf("type", KEY_TYPE))
                .child(leaf("identity", bundle.identity()))
                .child(Node.builder("skey")
                        .child(leaf("id", BigEndian.encode(signed.id(), ID_BYTES)))
                        .child(leaf("value", signed.publicKey()))
                        .child(leaf("signature", signed.signature()))
                        .build())
                .child(Node.builder("list").children(ids).build())
                .child(leaf("hash", Digests.sha1(hashed.toByteArray())))
                .build());
    }

    private static Node leaf(String tag, byte[] content) {
        return Node.builder(tag).bytes(content).build();
    }

    private static int number(Node parent, String child, int length) {
        return (int) BigEndian.decode(bytes(parent, child, length));
    }

    private static byte[] bytes(Node parent, String child, int length) {
        byte[] bytes = parent.requireChild(child).requireBytes();
        if (bytes.length != length) {
            throw new ProtocolViolationException("<" + child + "> of " + bytes.length + " bytes, expected " + length);
        }
        return bytes;
    }
}
