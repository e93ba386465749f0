package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

/** A text. Make one by {@link Content#text(String)}. */
public final class TextContent extends Content {

    /** The longest text that the service's own clients accept, in UTF-16 units. */
    public static final int MAX_LENGTH = 65_536;

    private final String text;

    TextContent(String text, MessageContext context) {
        super(context);
        if (requireNonNull(text, "text").isEmpty() || text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "text must have 1 to " + MAX_LENGTH + " characters but has " + text.length());
        }
        this.text = text;
    }

    /**
     * The body.
     *
     * @return 1 to {@link #MAX_LENGTH} UTF-16 units
     */
    public String text() {
        return text;
    }

    @Override
    Content with(MessageContext context) {
        return new TextContent(text, context);
    }

    @Override
    Object value() {
        return text;
    }

    /** Shows the length and never the text. */
    @Override
    public String toString() {
        return "Text[" + text.length() + " characters]";
    }
}
