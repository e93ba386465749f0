package dev.waxwing.internal.binary;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.model.Jid;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads the nodes and bytes of the vector files, in the format that they describe themselves. */
final class NodeVectors {

    private NodeVectors() {}

    /** The node of a vector; values given as null are left out. */
    static Node node(JsonNode json) {
        Node.Builder builder = Node.builder(json.get("tag").textValue());
        for (JsonNode pair : json.get("attrs")) {
            String name = pair.get(0).textValue();
            JsonNode value = pair.get(1);
            if (value.isTextual()) {
                builder.attr(name, value.textValue());
            } else if (value.has("jid")) {
                builder.attr(name, Jid.parse(value.get("jid").textValue()));
            } else if (!value.isNull()) {
                throw new IllegalArgumentException("attribute " + name + " of an unknown kind: " + value);
            }
        }
        JsonNode content = json.get("content");
        if (content == null) {
            return builder.build();
        }
        if (content.has("str")) {
            builder.text(content.get("str").textValue());
        } else if (content.has("jid")) {
            builder.text(content.get("jid").textValue());
        } else if (content.has("hex")) {
            builder.bytes(ByteBufUtil.decodeHexDump(content.get("hex").textValue()));
        } else if (content.has("repeat")) {
            builder.bytes(repeated(content.get("repeat")));
        } else if (content.has("nodes")) {
            List<Node> children = new ArrayList<>();
            content.get("nodes").forEach(child -> children.add(node(child)));
            builder.children(children);
        } else {
            throw new IllegalArgumentException("content of an unknown kind: " + content);
        }
        return builder.build();
    }

    /** The bytes of a vector, whole or in three parts. */
    static byte[] bytes(JsonNode vector) {
        if (vector.has("hex")) {
            return ByteBufUtil.decodeHexDump(vector.get("hex").textValue());
        }
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.writeBytes(ByteBufUtil.decodeHexDump(vector.get("prefixHex").textValue()));
        joined.writeBytes(repeated(vector.get("repeat")));
        joined.writeBytes(ByteBufUtil.decodeHexDump(vector.get("suffixHex").textValue()));
        return joined.toByteArray();
    }

    /** The same node with every address as text: the decode vectors write addresses so. */
    static Node addressesAsText(Node node) {
        Node.Builder builder = Node.builder(node.tag());
        for (int i = 0; i < node.attributeCount(); i++) {
            builder.attr(node.attributeName(i), node.attributeValue(i).toString());
        }
        if (node.content() instanceof NodeContent.Children children) {
            builder.children(
                    children.nodes().stream().map(NodeVectors::addressesAsText).toList());
        } else if (node.content() instanceof NodeContent.Bytes bytes) {
            builder.bytes(bytes.value());
        } else if (node.content() instanceof NodeContent.Text text) {
            builder.text(text.value());
        }
        return builder.build();
    }

    static byte[] encode(Node node) {
        ByteBuf out = Unpooled.buffer();
        NodeEncoder.encode(node, out);
        return ByteBufUtil.getBytes(out);
    }

    static Node decode(byte[] frame) {
        return NodeDecoder.decode(Unpooled.wrappedBuffer(frame));
    }

    static Node decodeHex(String frame) {
        return decode(ByteBufUtil.decodeHexDump(frame));
    }

    private static byte[] repeated(JsonNode repeat) {
        byte[] unit = ByteBufUtil.decodeHexDump(repeat.get("hex").textValue());
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (int i = repeat.get("count").intValue(); i > 0; i--) {
            joined.writeBytes(unit);
        }
        return joined.toByteArray();
    }
}
