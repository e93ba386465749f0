package dev.waxwing.internal.device;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.internal.signal.PreKeyBundle;
import dev.waxwing.model.Jid;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The request for other devices' key bundles and its answer. Shapes as peers Baileys, whatsmeow and whatsapp-rust have them. */
final class KeyBundles {

    private static final Logger LOG = LoggerFactory.getLogger(KeyBundles.class);
    private static final int KEY_BYTES = 32;
    private static final byte KEY_TYPE = 5;

    private KeyBundles() {}

    static Node request(Collection<Jid> devices) {
        List<Node> users = devices.stream()
                .map(device -> Node.builder("user").attr("jid", device).build())
                .toList();
        return Node.builder("iq")
                .attr("to", Jid.SERVER)
                .attr("type", "get")
                .attr("xmlns", "encrypt")
                .child(Node.builder("key").children(users).build())
                .build();
    }

    /** One device without a usable bundle must not cost the others theirs: it is logged and left out. */
    static Map<Jid, PreKeyBundle> answer(Node iq) {
        Map<Jid, PreKeyBundle> bundles = new LinkedHashMap<>();
        for (Node user : iq.requireChild("list").children("user")) {
            Jid device = user.requireJid("jid");
            Node error = user.child("error");
            if (error != null) {
                LOG.info("No key bundle for {}: {} {}", device, error.attr("code"), error.attr("text"));
                continue;
            }
            try {
                bundles.put(device, bundle(user));
            } catch (ProtocolViolationException e) {
                LOG.warn("The key bundle for {} is malformed", device, e);
            }
        }
        return bundles;
    }

    private static PreKeyBundle bundle(Node user) {
        Node signed = user.requireChild("skey");
        Node oneTime = user.child("key");
        Node identity = user.child("device-identity");
        return new PreKeyBundle(
                number(user.requireChild("registration")),
                key(user.requireChild("identity")),
                number(signed.requireChild("id")),
                key(signed.requireChild("value")),
                signed.requireChild("signature").requireBytes(),
                oneTime == null ? OptionalInt.empty() : OptionalInt.of(number(oneTime.requireChild("id"))),
                oneTime == null ? Optional.empty() : Optional.of(key(oneTime.requireChild("value"))),
                content(identity));
    }

    private static Optional<byte[]> content(@Nullable Node node) {
        return node == null ? Optional.empty() : Optional.ofNullable(node.bytes());
    }

    private static int number(Node node) {
        byte[] bytes = node.requireBytes();
        if (bytes.length < 1 || bytes.length > Integer.BYTES) {
            throw new ProtocolViolationException("<" + node.tag() + "> of " + bytes.length + " bytes, expected 1 to 4");
        }
        return (int) BigEndian.decode(bytes);
    }

    /** Peers differ in whether the type byte stands in front of a public key. */
    private static byte[] key(Node node) {
        byte[] bytes = node.requireBytes();
        if (bytes.length == KEY_BYTES + 1 && bytes[0] == KEY_TYPE) {
            return Arrays.copyOfRange(bytes, 1, bytes.length);
        }
        if (bytes.length != KEY_BYTES) {
            throw new ProtocolViolationException(
                    "<" + node.tag() + "> of " + bytes.length + " bytes, expected a key of 32");
        }
        return bytes;
    }
}
