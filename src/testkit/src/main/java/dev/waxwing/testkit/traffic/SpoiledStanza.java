package dev.waxwing.testkit.traffic;

import dev.waxwing.internal.binary.Node;
import java.util.ArrayList;
import java.util.List;

/** Stanzas as faults change them. */
public final class SpoiledStanza {

    /** A pre-key message ends with the ids of keys, which must stay right for the rest to be found wrong. */
    private static final int KEY_IDS_BYTES = 15;

    private SpoiledStanza() {}

    /**
     * A message as it comes to a device that the service holds the content back from.
     *
     * @param message the message
     * @param type of the notice in place of the content; empty for none
     * @return a changed copy
     */
    public static Node withoutCiphertexts(Node message, String type) {
        List<Node> children = new ArrayList<>(message.children());
        children.removeIf(child -> child.tag().equals("enc") || child.tag().equals("device-identity"));
        children.add(Node.builder("unavailable")
                .attrIfPresent("type", type.isEmpty() ? null : type)
                .build());
        return message.toBuilder().children(children).build();
    }

    /**
     * A stanza with a bit flipped in each ciphertext.
     *
     * @param node a stanza, or a part of one
     * @return a changed copy
     */
    public static Node withSpoiledCiphertexts(Node node) {
        byte[] bytes = node.bytes();
        if (bytes == null) {
            return node.toBuilder()
                    .children(node.children().stream()
                            .map(SpoiledStanza::withSpoiledCiphertexts)
                            .toList())
                    .build();
        }
        if (!node.tag().equals("enc") || bytes.length <= KEY_IDS_BYTES) {
            return node;
        }
        byte[] spoiled = bytes.clone();
        spoiled[bytes.length - 1 - KEY_IDS_BYTES] ^= 1;
        return node.toBuilder().bytes(spoiled).build();
    }
}
