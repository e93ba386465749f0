package dev.waxwing.testkit.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.binary.NodeContent;
import dev.waxwing.testkit.traffic.JournalEntry;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Stanzas as JSON: {@code {"tag", "attrs": {…}, "children": […] | "text" | "base64"}}. Bytes that are printable text
 * appear as text.
 */
final class NodeJson {

    private NodeJson() {}

    static ArrayNode of(List<JournalEntry> entries) {
        ArrayNode all = AdminArea.JSON.createArrayNode();
        entries.forEach(entry -> all.add(of(entry)));
        return all;
    }

    static ObjectNode of(JournalEntry entry) {
        ObjectNode json = AdminArea.JSON
                .createObjectNode()
                .put("number", entry.number())
                .put("at", entry.at().toString())
                .put("connection", entry.connection())
                .put("direction", entry.direction().name().toLowerCase(Locale.ROOT));
        entry.device().ifPresent(device -> json.put("device", device.toString()));
        if (!entry.note().isEmpty()) {
            json.put("note", entry.note());
        }
        json.set("stanza", of(entry.stanza()));
        return json;
    }

    static ObjectNode of(Node node) {
        ObjectNode json = AdminArea.JSON.createObjectNode().put("tag", node.tag());
        ObjectNode attributes = json.putObject("attrs");
        for (int i = 0; i < node.attributeCount(); i++) {
            attributes.put(node.attributeName(i), node.attributeValue(i).toString());
        }
        NodeContent content = node.content();
        if (content instanceof NodeContent.Children children) {
            ArrayNode all = json.putArray("children");
            children.nodes().forEach(child -> all.add(of(child)));
        } else if (content instanceof NodeContent.Text text) {
            json.put("text", text.value());
        } else if (content instanceof NodeContent.Bytes bytes) {
            if (isText(bytes.value())) {
                json.put("text", new String(bytes.value(), StandardCharsets.UTF_8));
            } else {
                json.put("base64", bytes.value());
            }
        }
        return json;
    }

    private static boolean isText(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .chars()
                    .noneMatch(c -> c < ' ' && c != '\n' && c != '\t');
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
