package dev.waxwing.internal.sync.syncd;

import dev.waxwing.error.ProtocolViolationException;
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
    private static final int HEX = 16;
    private static final int HEX_DIGITS = 4;

    private final String text;
    private int at;

    private IndexJson(String text) {
        this.text = text;
    }

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
        return new IndexJson(new String(json, StandardCharsets.UTF_8)).array();
    }

    private List<String> array() {
        List<String> parts = new ArrayList<>();
        expect('[');
        do {
            skipSpace();
            parts.add(peek() == '"' ? string() : literal());
            if (parts.size() > MOST_PARTS) {
                throw new ProtocolViolationException("an index of more than " + MOST_PARTS + " parts");
            }
            skipSpace();
        } while (isNext(','));
        expect(']');
        skipSpace();
        if (at < text.length()) {
            throw bad();
        }
        return List.copyOf(parts);
    }

    private String string() {
        expect('"');
        StringBuilder part = new StringBuilder();
        while (peek() != '"') {
            char c = next();
            part.append(c == '\\' ? escaped() : c);
        }
        expect('"');
        return part.toString();
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

    private String literal() {
        int from = at;
        while (Character.isLetterOrDigit(peek()) || peek() == '-' || peek() == '.') {
            at++;
        }
        if (from == at) {
            throw bad();
        }
        return text.substring(from, at);
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
        return new ProtocolViolationException("an index that is no array of texts");
    }
}
