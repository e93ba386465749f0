package dev.waxwing.internal.device;

import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.model.Jid;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Other devices' key bundles: the request, its answer, and the keys inside a retry receipt. Shapes as all peers have
 * them.
 */
public final class KeyBundles {

    private static final Logger LOG = LoggerFactory.getLogger(KeyBundles.class);

    private static final Set<String> KNOWN =
            Set.of("registration", "type", "identity", "key", "skey", "device-identity");

    private KeyBundles() {}

    static Node request(Collection<Jid> devices) {
        return request(devices, null);
    }

    /** The keys as they are now, asked for because those known before do not work any more. */
    static Node requestAnew(Jid device) {
        return request(List.of(device), "identity");
    }

    private static Node request(Collection<Jid> devices, @Nullable String reason) {
        List<Node> users = devices.stream()
                .map(device -> Node.builder("user")
                        .attr("jid", device)
                        .attrIfPresent("reason", reason)
                        .build())
                .toList();
        return Node.builder("iq")
                .attr("to", Jid.SERVER)
                .attr("type", "get")
                .attr("xmlns", "encrypt")
                .child(Node.builder("key").children(users).build())
                .build();
    }

    /**
     * One device without a usable bundle must not cost the others theirs: it is left out.
     *
     * @param refused is told of the device, and why
     */
    static Map<Jid, PreKeyBundle> answer(Node iq, BiConsumer<Jid, WaxwingException> refused) {
        Map<Jid, PreKeyBundle> bundles = new LinkedHashMap<>();
        for (Node user : iq.requireChild("list").children("user")) {
            Jid device = user.requireJid("jid");
            Node error = user.child("error");
            if (error != null) {
                LOG.info("No key bundle for {}: {} {}", device, error.attr("code"), error.attr("text"));
                continue;
            }
            try {
                bundles.put(device, bundle(user.requireChild("registration"), user));
            } catch (ProtocolViolationException | PeerKeyRejectedException e) {
                refused.accept(device, e);
            }
        }
        return bundles;
    }

    /**
     * The keys that a device sends along when it asks for a message again.
     *
     * @param receipt a {@code <receipt type="retry">}
     * @return the bundle, empty if the receipt brings no keys
     * @throws ProtocolViolationException if the keys are malformed
     * @throws PeerKeyRejectedException if the keys are not public keys
     */
    public static Optional<PreKeyBundle> inRetry(Node receipt) {
        Node keys = receipt.child("keys");
        return keys == null ? Optional.empty() : Optional.of(bundle(receipt.requireChild("registration"), keys));
    }

    private static PreKeyBundle bundle(Node registration, Node keys) {
        reportOthers(keys);
        Node signed = keys.requireChild("skey");
        Node oneTime = keys.child("key");
        return new PreKeyBundle(
                number(registration),
                keys.requireChild("identity").requireBytes(),
                number(signed.requireChild("id")),
                signed.requireChild("value").requireBytes(),
                signed.requireChild("signature").requireBytes(),
                oneTime == null ? OptionalInt.empty() : OptionalInt.of(number(oneTime.requireChild("id"))),
                oneTime == null
                        ? Optional.empty()
                        : Optional.of(oneTime.requireChild("value").requireBytes()),
                content(keys.child("device-identity")));
    }

    /** Keys of a kind that no session here uses, post-quantum ones for instance: the session does without them. */
    private static void reportOthers(Node keys) {
        for (Node key : keys.children()) {
            if (!KNOWN.contains(key.tag())) {
                LOG.debug("A key bundle brings a <{}>, which is not used here", key.tag());
            }
        }
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
}
