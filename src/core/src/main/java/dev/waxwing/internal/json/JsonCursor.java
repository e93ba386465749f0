package dev.waxwing.internal.json;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ProtocolViolationException;

/** A place in a JSON text, and what stands there. Bad text is a {@link ProtocolViolationException}. Not thread-safe. */
public final class JsonCursor {

    private static final int HEX = 16;
    private static final int HEX_DIGITS = 4;

    private final String text;
    private final String complaint;
    private int at;

    /**
     * Stands before a text.
     *
     * @param text the text; whoever reads it bounds its length
     * @param complaint what is said of a text that is no such JSON
     */
    public JsonCursor(String text, String complaint) {
        this.text = requireNonNull(text, "text");
        this.complaint = requireNonNull(complaint, "complaint");
    }

    /**
     * The next character behind white space, which stays.
     *
     * @return the character
     */
    public char peek() {
        skipSpace();
        return current();
    }

    /**
     * Steps over a character behind white space if it is the one.
     *
     * @param wanted the character
     * @return whether it was
     */
    public boolean isNext(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    /**
     * Steps over a character behind white space that must be there.
     *
     * @param wanted the character
     */
    public void expect(char wanted) {
        if (!isNext(wanted)) {
            throw bad();
        }
    }

    /** Nothing but white space may be left. */
    public void expectEnd() {
        skipSpace();
        if (at < text.length()) {
            throw bad();
        }
    }

    /**
     * Steps over a string.
     *
     * @return what it says
     */
    public String string() {
        expect('"');
        StringBuilder value = new StringBuilder();
        for (char c = next(); c != '"'; c = next()) {
            value.append(c == '\\' ? escaped() : c);
        }
        return value.toString();
    }

    /**
     * Steps over a number, or over true, false or null.
     *
     * @param signs which characters it may have beside letters and digits
     * @return the word as it stands
     */
    public String word(String signs) {
        skipSpace();
        int from = at;
        while (at < text.length()
                && (signs.indexOf(text.charAt(at)) >= 0 || Character.isLetterOrDigit(text.charAt(at)))) {
            at++;
        }
        if (from == at) {
            throw bad();
        }
        return text.substring(from, at);
    }

    /**
     * What is wrong here.
     *
     * @return the exception, to be thrown
     */
    public ProtocolViolationException bad() {
        return new ProtocolViolationException(complaint + ", at character " + at);
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

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char current() {
        if (at >= text.length()) {
            throw bad();
        }
        return text.charAt(at);
    }

    private char next() {
        char c = current();
        at++;
        return c;
    }
}
