package dev.waxwing.internal.message;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.internal.binary.Node;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Nodes as the messaging vectors write them, and as tests compare them. */
public final class VectorNodes {

    private VectorNodes() {}

    public static Node node(JsonNode json) {
        Node.Builder builder = Node.builder(json.get("tag").textValue());
        json.path("attrs")
                .properties()
                .forEach(attr -> builder.attr(attr.getKey(), attr.getValue().textValue()));
        JsonNode content = json.path("content");
        if (content.has("nodes")) {
            List<Node> children = new ArrayList<>();
            content.get("nodes").forEach(child -> children.add(node(child)));
            builder.children(children);
        } else if (content.has("hex")) {
            builder.bytes(HexFormat.of().parseHex(content.get("hex").textValue()));
        }
        return builder.build();
    }

    /** The attributes as text; their order says nothing. */
    public static Map<String, String> attributes(Node node) {
        Map<String, String> attributes = new TreeMap<>();
        for (int i = 0; i < node.attributeCount(); i++) {
            attributes.put(node.attributeName(i), node.attributeValue(i).toString());
        }
        return attributes;
    }

    public static List<String> tags(Node node) {
        return node.children().stream().map(Node::tag).toList();
    }
}
