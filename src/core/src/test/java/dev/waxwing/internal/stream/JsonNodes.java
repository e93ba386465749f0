package dev.waxwing.internal.stream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import java.util.ArrayList;
import java.util.List;

/** Reads the nodes of the vector files. */
public final class JsonNodes {

    private JsonNodes() {}

    public static Node node(JsonNode json) {
        Node.Builder builder = Node.builder(json.get("tag").textValue());
        for (JsonNode pair : json.get("attrs")) {
            JsonNode value = pair.get(1);
            if (value.isTextual()) {
                builder.attr(pair.get(0).textValue(), value.textValue());
            } else {
                builder.attr(pair.get(0).textValue(), Jid.parse(value.get("jid").textValue()));
            }
        }
        if (json.has("content")) {
            List<Node> children = new ArrayList<>();
            json.get("content").get("nodes").forEach(child -> children.add(node(child)));
            builder.children(children);
        }
        return builder.build();
    }
}
