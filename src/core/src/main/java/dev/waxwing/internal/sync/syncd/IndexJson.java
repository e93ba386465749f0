package dev.waxwing.internal.sync.syncd;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.json.JsonCursor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The index of an action: a JSON array of strings without spaces, whose bytes the MAC is over. What others write is
 * read with more patience: spaces, and numbers and literals as their text.
 */
final class IndexJson {

    private static final int MOST_BYTES = 4_096;
    private static final int MOST_PARTS = 64;
    private static final String SIGNS = "-.";

    private IndexJson() {}

    static byte[] write(List<String> parts) {
        StringBuilder json = new StringBuilder("[");
        for (String part : parts) {
            if (json.length() > 1) {
                json.append(',');
            }
            quote(part, json);
        }
        return json.append(']').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void quote(String part, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c < ' ') {
                        json.append(String.format("\\u%04x", (int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        json.append('"');
    }

    /**
     * Reads an index.
     *
     * @return one part at least
     * @throws ProtocolViolationException if it is no array of plain values, or longer than any index
     */
    static List<String> read(byte[] json) {
        if (json.length > MOST_BYTES) {
            throw new ProtocolViolationException("an index of " + json.length + " bytes");
        }
        JsonCursor cursor =
                new JsonCursor(new String(json, StandardCharsets.UTF_8), "an index that is no array of texts");
        List<String> parts = new ArrayList<>();
        cursor.expect('[');
        do {
            parts.add(cursor.peek() == '"' ? cursor.string() : cursor.word(SIGNS));
            if (parts.size() > MOST_PARTS) {
                throw new ProtocolViolationException("an index of more than " + MOST_PARTS + " parts");
            }
        } while (cursor.isNext(','));
        cursor.expect(']');
        cursor.expectEnd();
        return List.copyOf(parts);
    }
}
