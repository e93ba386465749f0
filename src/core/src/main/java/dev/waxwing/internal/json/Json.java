package dev.waxwing.internal.json;

import dev.waxwing.error.ProtocolViolationException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The objects of a JSON text, nested, with every plain value as its text; arrays are passed over except for their first
 * object. As much as the answers of queries with a document and of media hosts need, and no more: bounded in length and
 * depth.
 */
public final class Json {

    private static final int MOST_CHARS = 65_536;
    private static final int DEEPEST = 16;
    private static final String SIGNS = "+-.";

    private final JsonCursor cursor;

    private Json(String text) {
        cursor = new JsonCursor(text, "an answer that is no JSON object");
    }

    /**
     * Reads an object.
     *
     * @param text the JSON
     * @return by name: text of a plain value, {@code null} left out, or a map
     * @throws ProtocolViolationException if it is no object, too long or too deep
     */
    public static Map<String, Object> object(String text) {
        if (text.length() > MOST_CHARS) {
            throw new ProtocolViolationException("JSON of " + text.length() + " characters");
        }
        Json json = new Json(text);
        Optional<Object> value = json.value(0);
        json.cursor.expectEnd();
        if (value.isEmpty() || !(value.get() instanceof Map)) {
            throw json.cursor.bad();
        }
        return asObject(value.get());
    }

    /**
     * The object behind a name.
     *
     * @param parent what {@link #object} gave, or an object in it
     * @param name the name
     * @return the object; empty if there is none
     */
    public static Optional<Map<String, Object>> child(Map<String, Object> parent, String name) {
        Object child = parent.get(name);
        return child instanceof Map ? Optional.of(asObject(child)) : Optional.empty();
    }

    /**
     * The plain value behind a name.
     *
     * @param parent what {@link #object} gave, or an object in it
     * @param name the name
     * @return the value as text; empty if there is none
     */
    public static Optional<String> plain(Map<String, Object> parent, String name) {
        return parent.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /** Maps are made here alone, with these types. */
    @SuppressWarnings("unchecked")
    private static Map<String, Object> asObject(Object map) {
        return (Map<String, Object>) map;
    }

    private Optional<Object> value(int depth) {
        if (depth > DEEPEST) {
            throw new ProtocolViolationException("JSON deeper than " + DEEPEST);
        }
        return switch (cursor.peek()) {
            case '{' -> Optional.of(members(depth));
            case '[' -> elements(depth);
            case '"' -> Optional.of(cursor.string());
            default -> Optional.<Object>of(cursor.word(SIGNS)).filter(word -> !word.equals("null"));
        };
    }

    private Map<String, Object> members(int depth) {
        Map<String, Object> members = new LinkedHashMap<>();
        cursor.expect('{');
        if (cursor.isNext('}')) {
            return members;
        }
        do {
            String name = cursor.string();
            cursor.expect(':');
            value(depth + 1).ifPresent(value -> members.put(name, value));
        } while (cursor.isNext(','));
        cursor.expect('}');
        return members;
    }

    private Optional<Object> elements(int depth) {
        Optional<Object> first = Optional.empty();
        cursor.expect('[');
        if (cursor.isNext(']')) {
            return first;
        }
        do {
            Optional<Object> element = value(depth + 1);
            if (first.isEmpty()) {
                first = element.filter(Map.class::isInstance);
            }
        } while (cursor.isNext(','));
        cursor.expect(']');
        return first;
    }
}
