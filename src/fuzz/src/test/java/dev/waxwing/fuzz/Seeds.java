package dev.waxwing.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.binary.NodeBytes;
import dev.waxwing.model.Jid;
import dev.waxwing.vectors.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** Inputs to begin with: out of the vector files, and those of {@code corpus/<target>.txt}, one a line in hex. */
public final class Seeds {

    private static final int LONGEST = 4_096;

    private Seeds() {}

    /** The frames of all nodes of some vector files whose tag is wanted. */
    public static List<byte[]> nodes(Predicate<String> tag, String... files) {
        Map<String, byte[]> found = new LinkedHashMap<>();
        walk(files, (name, json) -> {
            if (json.has("tag") && json.has("attrs") && tag.test(json.get("tag").asText())) {
                add(found, frame(json));
            }
        });
        return List.copyOf(found.values());
    }

    /** What stands in hex in the fields of these names. */
    public static List<byte[]> hex(Collection<String> fields, String... files) {
        Map<String, byte[]> found = new LinkedHashMap<>();
        walk(files, (name, json) -> {
            if (fields.contains(name) && json.isTextual()) {
                add(found, HexFormat.of().parseHex(json.textValue()));
            }
        });
        return List.copyOf(found.values());
    }

    /** What stands as text in the fields of these names. */
    public static List<byte[]> texts(Collection<String> fields, String... files) {
        Map<String, byte[]> found = new LinkedHashMap<>();
        walk(files, (name, json) -> {
            if (fields.contains(name) && json.isTextual()) {
                add(found, json.textValue().getBytes(StandardCharsets.UTF_8));
            }
        });
        return List.copyOf(found.values());
    }

    /** What fuzzing found worth keeping for a target; nothing if there is no such file. */
    static List<byte[]> kept(String target) {
        try (InputStream in = Seeds.class.getResourceAsStream("/corpus/" + target + ".txt")) {
            if (in == null) {
                return List.of();
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .map(String::trim)
                    .filter(line -> !line.startsWith("#"))
                    .map(HexFormat.of()::parseHex)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(Map<String, byte[]> found, byte[] seed) {
        if (seed.length <= LONGEST) {
            found.putIfAbsent(HexFormat.of().formatHex(seed), seed);
        }
    }

    private static void walk(String[] files, BiConsumer<String, JsonNode> visit) {
        for (String file : files) {
            walk("", Vectors.load(file), visit);
        }
    }

    private static void walk(String name, JsonNode json, BiConsumer<String, JsonNode> visit) {
        visit.accept(name, json);
        if (json.isObject()) {
            json.properties().forEach(field -> walk(field.getKey(), field.getValue(), visit));
        } else {
            json.forEach(item -> walk(name, item, visit));
        }
    }

    private static byte[] frame(JsonNode json) {
        return NodeBytes.of(node(json));
    }

    /** The vector files write attributes as an object or as pairs, and children as a list or below "nodes". */
    private static Node node(JsonNode json) {
        Node.Builder builder = Node.builder(json.get("tag").textValue());
        JsonNode attributes = json.get("attrs");
        if (attributes.isArray()) {
            attributes.forEach(pair -> attribute(builder, pair.get(0).textValue(), pair.get(1)));
        } else {
            attributes.properties().forEach(field -> attribute(builder, field.getKey(), field.getValue()));
        }
        JsonNode content = json.get("content");
        if (content == null || content.isNull()) {
            return builder.build();
        }
        if (content.isArray() || content.has("nodes")) {
            List<Node> children = new ArrayList<>();
            (content.isArray() ? content : content.get("nodes")).forEach(child -> children.add(node(child)));
            return builder.children(children).build();
        }
        if (content.has("hex")) {
            return builder.bytes(HexFormat.of().parseHex(content.get("hex").textValue()))
                    .build();
        }
        return builder.text(content.path("str").asText("")).build();
    }

    private static void attribute(Node.Builder builder, String name, JsonNode value) {
        if (value.has("jid")) {
            builder.attr(name, Jid.parse(value.get("jid").textValue()));
        } else if (!value.isNull()) {
            builder.attr(name, value.asText());
        }
    }
}
