package dev.waxwing.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.fuzz.FuzzTarget;
import dev.waxwing.fuzz.Seeds;
import dev.waxwing.model.Jid;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;

/**
 * Frames into nodes. Refused with {@link ProtocolViolationException} only; what is taken can be written, reads back as
 * it was, and keeps to the bounds on nodes and attributes; every address in it survives as text. An address of a server
 * that means nothing to this version is kept to be named in a refusal, and is not written.
 */
public final class NodeTarget implements FuzzTarget {

    @Override
    public List<byte[]> seeds() {
        return Seeds.hex(List.of("hex", "ackHex"), "binary-decode.json", "binary-nodes.json", "acks-and-stream.json");
    }

    @Override
    public void accept(byte[] input) {
        Node node;
        try {
            node = NodeDecoder.decode(Unpooled.wrappedBuffer(input));
        } catch (ProtocolViolationException e) {
            return;
        }
        Size size = new Size();
        size.add(node);
        assertThat(size.nodes).isLessThanOrEqualTo(NodeDecoder.MAX_NODES);
        assertThat(size.attributes).isLessThanOrEqualTo(NodeDecoder.MAX_ATTRIBUTES);
        if (size.unwritable) {
            return;
        }
        byte[] written = NodeBytes.of(node);
        Node again = NodeBytes.read(written);
        assertThat(same(again, node)).as("%s reads back", node).isTrue();
        assertThat(NodeBytes.of(again)).isEqualTo(written);
    }

    /** An address and its text are written alike. */
    private static boolean same(Node one, Node other) {
        if (!one.tag().equals(other.tag()) || one.attributeCount() != other.attributeCount()) {
            return false;
        }
        for (int i = 0; i < one.attributeCount(); i++) {
            if (!one.attributeName(i).equals(other.attributeName(i))
                    || !one.attributeValue(i)
                            .toString()
                            .equals(other.attributeValue(i).toString())) {
                return false;
            }
        }
        List<Node> children = one.children();
        if (children.isEmpty()) {
            // Text is written as bytes unless there is a token for it.
            return Arrays.equals(one.bytes(), other.bytes());
        }
        if (children.size() != other.children().size()) {
            return false;
        }
        for (int i = 0; i < children.size(); i++) {
            if (!same(children.get(i), other.children().get(i))) {
                return false;
            }
        }
        return true;
    }

    private static final class Size {
        private int nodes;
        private int attributes;
        private boolean unwritable;

        void add(Node node) {
            nodes++;
            attributes += node.attributeCount();
            for (int i = 0; i < node.attributeCount(); i++) {
                if (!(node.attributeValue(i) instanceof Jid jid)) {
                    continue;
                }
                if (jid.server().isKnown()) {
                    assertThat(Jid.parse(jid.toString())).isEqualTo(jid);
                } else {
                    unwritable = true;
                }
            }
            node.children().forEach(this::add);
        }
    }
}
