package dev.waxwing.internal.privacy;

import dev.waxwing.error.ProtocolViolationException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The objects of a JSON text, nested, with every plain value as its text; arrays are passed over except for their first
 * object. As much as the answers of queries with a document need, and no more: bounded in length and depth.
 */
final class Json {

    private static final int MOST_CHARS = 65_536;
    private static final int DEEPEST = 16;
    private static final int HEX = 16;
    private static final int HEX_DIGITS = 4;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /**
     * Reads an object.
     *
     * @return by name: text of a plain value, {@code null} left out, or a map
     * @throws ProtocolViolationException if it is no object, too long or too deep
     */
    static Map<String, Object> object(String text) {
        if (text.length() > MOST_CHARS) {
            throw new ProtocolViolationException("JSON of " + text.length() + " characters");
        }
        Json json = new Json(text);
        Optional<Object> value = json.value(0);
        json.skipSpace();
        if (json.at < text.length() || value.isEmpty() || !(value.get() instanceof Map)) {
            throw bad();
        }
        return asObject(value.get());
    }

    /** The object behind a name; empty if there is none. */
    static Optional<Map<String, Object>> child(Map<String, Object> parent, String name) {
        Object child = parent.get(name);
        return child instanceof Map ? Optional.of(asObject(child)) : Optional.empty();
    }

    /** The plain value behind a name, as text; empty if there is none. */
    static Optional<String> plain(Map<String, Object> parent, String name) {
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
        skipSpace();
        return switch (peek()) {
            case '{' -> Optional.of(members(depth));
            case '[' -> elements(depth);
            case '"' -> Optional.of(string());
            default -> literal();
        };
    }

    private Map<String, Object> members(int depth) {
        Map<String, Object> members = new LinkedHashMap<>();
        expect('{');
        skipSpace();
        if (isNext('}')) {
            return members;
        }
        do {
            skipSpace();
            String name = string();
            expect(':');
            value(depth + 1).ifPresent(value -> members.put(name, value));
            skipSpace();
        } while (isNext(','));
        expect('}');
        return members;
    }

    private Optional<Object> elements(int depth) {
        Optional<Object> first = Optional.empty();
        expect('[');
        skipSpace();
        if (isNext(']')) {
            return first;
        }
        do {
            Optional<Object> element = value(depth + 1);
            if (first.isEmpty()) {
                first = element.filter(Map.class::isInstance);
            }
            skipSpace();
        } while (isNext(','));
        expect(']');
        return first;
    }

    private String string() {
        expect('"');
        StringBuilder value = new StringBuilder();
        while (peek() != '"') {
            char c = next();
            value.append(c == '\\' ? escaped() : c);
        }
        expect('"');
        return value.toString();
    }

    private char escaped() {
        char c = next();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw bad();
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < HEX_DIGITS; i++) {
            int digit = Character.digit(next(), HEX);
            if (digit < 0) {
                throw bad();
            }
            code = code * HEX + digit;
        }
        return (char) code;
    }

    private Optional<Object> literal() {
        int from = at;
        while (at < text.length() && ("+-.".indexOf(text.charAt(at)) >= 0 || Character.isLetterOrDigit(peek()))) {
            at++;
        }
        if (from == at) {
            throw bad();
        }
        String literal = text.substring(from, at);
        return literal.equals("null") ? Optional.empty() : Optional.of(literal);
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private boolean isNext(char wanted) {
        if (peek() == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char wanted) {
        skipSpace();
        if (!isNext(wanted)) {
            throw bad();
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw bad();
        }
        return text.charAt(at);
    }

    private char next() {
        char c = peek();
        at++;
        return c;
    }

    private static ProtocolViolationException bad() {
        return new ProtocolViolationException("an answer that is no JSON object");
    }
}
