package dev.waxwing.testkit.area.device;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.Digests;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.IqRefusal;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Device;
import dev.waxwing.testkit.state.DeviceKeys;
import dev.waxwing.testkit.state.RegisteredPreKey;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Pre-keys: uploads, how many are left, bundles for others, and the digest by which a client sees whether the server
 * still has its own.
 */
public final class PreKeyArea implements ServerArea {

    private static final int ID_BYTES = 3;
    private static final int REGISTRATION_BYTES = 4;
    private static final int MAX_KEYS = 10_000;
    private static final byte[] KEY_TYPE = {5};

    private final OneTimeKeys oneTimeKeys;
    private final PreKeyStock stock;

    /**
     * Creates the area.
     *
     * @param oneTimeKeys what the companions have uploaded
     * @param stock hands the keys out
     */
    public PreKeyArea(OneTimeKeys oneTimeKeys, PreKeyStock stock) {
        this.oneTimeKeys = oneTimeKeys;
        this.stock = stock;
    }

    @Override
    public void register(Registrations on, World world) {
        on.iq("encrypt", "get", "count", this::count);
        on.iq("encrypt", "get", "key", iq -> fetch(world, iq));
        on.iq("encrypt", "get", "digest", this::digest);
        on.iq("encrypt", "set", "rotate", PreKeyArea::rotate);
        // Whatever else is set here is an upload; clients agree on its parts, not on their order.
        on.iq("encrypt", "set", this::upload);
        on.onRemoved(oneTimeKeys::forget);
    }

    private void count(IqExchange iq) {
        iq.reply(stock.count(iq.device()));
    }

    private void upload(IqExchange iq) {
        Node upload = iq.node();
        Device device = iq.device();
        Map<Integer, byte[]> keys = new HashMap<>();
        for (Node key : upload.requireChild("list").children("key")) {
            keys.put(number(key, "id", ID_BYTES), bytes(key, "value", Curve25519.KEY_BYTES));
        }
        DeviceKeys bundle = new DeviceKeys(
                number(upload, "registration", REGISTRATION_BYTES),
                bytes(upload, "identity", Curve25519.KEY_BYTES),
                signedPreKey(upload.requireChild("skey")));
        boolean genuine = !iq.connection().isStrict() || bundle.signedPreKey().isSignedBy(bundle.identity());
        if (!genuine || oneTimeKeys.of(device).size() + keys.size() > MAX_KEYS) {
            throw new IqRefusal(406, "not-acceptable");
        }
        device.keys(bundle);
        oneTimeKeys.add(device, keys);
    }

    private static void rotate(IqExchange iq) {
        Device device = iq.device();
        RegisteredPreKey rotated = signedPreKey(iq.child().requireChild("skey"));
        if (!rotated.isSignedBy(device.keys().identity())) {
            throw new IqRefusal(406, "not-acceptable");
        }
        device.keys(device.keys().with(rotated));
    }

    private void fetch(World world, IqExchange iq) {
        List<Node> users = new ArrayList<>();
        for (Node user : iq.child().children("user")) {
            Jid jid = user.requireJid("jid");
            users.add(world.accounts()
                    .findDevice(jid)
                    .map(device -> bundle(world, jid, device))
                    .orElseGet(() -> unknown(jid)));
        }
        iq.reply(Node.builder("list").children(users).build());
    }

    private static Node unknown(Jid asked) {
        return Node.builder("user")
                .attr("jid", asked)
                .child(Node.builder("error")
                        .attr("code", 404)
                        .attr("text", "item-not-found")
                        .build())
                .build();
    }

    private Node bundle(World world, Jid asked, Device device) {
        DeviceKeys keys = device.keys();
        List<Node> parts = new ArrayList<>();
        parts.add(leaf("registration", registrationId(keys)));
        parts.add(leaf("type", KEY_TYPE));
        parts.add(leaf("identity", keys.identity()));
        parts.add(signedPreKey(keys.signedPreKey()));
        stock.take(world, device)
                .ifPresent(key -> parts.add(Node.builder("key")
                        .child(leaf("id", BigEndian.encode(key.id(), ID_BYTES)))
                        .child(leaf("value", key.publicKey()))
                        .build()));
        if (!device.isPhone()) {
            parts.add(leaf("device-identity", device.signedIdentity()));
        }
        return Node.builder("user")
                .attr("jid", asked)
                .attr("t", world.clock().seconds())
                .children(parts)
                .build();
    }

    private void digest(IqExchange iq) {
        Device device = iq.device();
        if (!oneTimeKeys.hasUploaded(device)) {
            throw new IqRefusal(404, "item-not-found");
        }
        DeviceKeys bundle = device.keys();
        RegisteredPreKey signed = bundle.signedPreKey();
        ByteArrayOutputStream hashed = new ByteArrayOutputStream();
        hashed.writeBytes(bundle.identity());
        hashed.writeBytes(signed.publicKey());
        hashed.writeBytes(signed.signature());
        List<Node> ids = new ArrayList<>();
        oneTimeKeys.of(device).forEach((id, key) -> {
            hashed.writeBytes(key);
            ids.add(leaf("id", BigEndian.encode(id, ID_BYTES)));
        });
        iq.reply(Node.builder("digest")
                .child(leaf("registration", registrationId(bundle)))
                .child(leaf("type", KEY_TYPE))
                .child(leaf("identity", bundle.identity()))
                .child(signedPreKey(signed))
                .child(Node.builder("list").children(ids).build())
                .child(leaf("hash", Digests.sha1(hashed.toByteArray())))
                .build());
    }

    private static Node signedPreKey(RegisteredPreKey signed) {
        return Node.builder("skey")
                .child(leaf("id", BigEndian.encode(signed.id(), ID_BYTES)))
                .child(leaf("value", signed.publicKey()))
                .child(leaf("signature", signed.signature()))
                .build();
    }

    private static RegisteredPreKey signedPreKey(Node signed) {
        return new RegisteredPreKey(
                number(signed, "id", ID_BYTES),
                bytes(signed, "value", Curve25519.KEY_BYTES),
                bytes(signed, "signature", Curve25519.SIGNATURE_BYTES));
    }

    /** All 32 bits: ids with the top one set are made by other clients, and are negative here. */
    private static byte[] registrationId(DeviceKeys keys) {
        return BigEndian.encode(Integer.toUnsignedLong(keys.registrationId()), REGISTRATION_BYTES);
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
