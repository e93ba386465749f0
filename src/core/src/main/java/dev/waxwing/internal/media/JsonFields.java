package dev.waxwing.internal.media;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.waxwing.error.ProtocolViolationException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object that are texts or numbers; media hosts answer with such. What is nested is checked and
 * passed over. Not thread-safe.
 */
final class JsonFields {

    private static final int DEEPEST = 16;

    private final String text;
    private int at;

    private JsonFields(String text) {
        this.text = text;
    }

    /**
     * Reads an object.
     *
     * @param json the object in UTF-8
     * @return its fields: texts as they are, numbers, true and false as they are written
     * @throws ProtocolViolationException if this is no JSON object
     */
    static Map<String, String> read(byte[] json) {
        JsonFields reader = new JsonFields(new String(json, UTF_8));
        Map<String, String> fields = new HashMap<>();
        reader.object(fields, 0);
        reader.space();
        if (reader.at < reader.text.length()) {
            throw reader.malformed();
        }
        return fields;
    }

    private void object(Map<String, String> fields, int depth) {
        require('{');
        if (isNext('}')) {
            return;
        }
        do {
            space();
            String name = string();
            require(':');
            String value = value(depth + 1);
            if (value != null) {
                fields.put(name, value);
            }
        } while (isNext(','));
        require('}');
    }

    private void array(int depth) {
        require('[');
        if (isNext(']')) {
            return;
        }
        do {
            value(depth + 1);
        } while (isNext(','));
        require(']');
    }

    /** A text or a number; null for all else. */
    private @Nullable String value(int depth) {
        if (depth > DEEPEST) {
            throw malformed();
        }
        space();
        char next = peek();
        switch (next) {
            case '{' -> object(new HashMap<>(), depth);
            case '[' -> array(depth);
            case '"' -> {
                return string();
            }
            default -> {
                String word = word();
                return word.equals("null") ? null : word;
            }
        }
        return null;
    }

    private String word() {
        int from = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "+-.".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        if (from == at) {
            throw malformed();
        }
        return text.substring(from, at);
    }

    private String string() {
        require('"');
        StringBuilder value = new StringBuilder();
        while (peek() != '"') {
            char c = text.charAt(at++);
            value.append(c == '\\' ? escaped() : c);
        }
        at++;
        return value.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case '"', '\\', '/' -> c;
            case 'u' -> codeUnit();
            default -> throw malformed();
        };
    }

    private char codeUnit() {
        int end = at + 4;
        if (end > text.length()) {
            throw malformed();
        }
        try {
            char unit = (char) Integer.parseInt(text.substring(at, end), 16);
            at = end;
            return unit;
        } catch (NumberFormatException e) {
            throw malformed();
        }
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw malformed();
        }
        return text.charAt(at);
    }

    private boolean isNext(char c) {
        space();
        if (peek() != c) {
            return false;
        }
        at++;
        return true;
    }

    private void require(char c) {
        if (!isNext(c)) {
            throw malformed();
        }
    }

    private ProtocolViolationException malformed() {
        return new ProtocolViolationException("an answer of a media host is no JSON object, at character " + at);
    }
}
