package dev.waxwing.chat;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;

/**
 * A label, as a business puts on chats and messages, or a list of chats.
 *
 * @param id its number, 1 to 32 characters
 * @param name what people read, at most 100 characters
 * @param color the number of its colour, 0 to 255; which is which the clients decide
 * @param predefinedId which of the service's own labels it is; empty for one that somebody made
 * @param deleted whether it is no more
 */
public record Label(String id, String name, int color, OptionalInt predefinedId, boolean deleted) {

    private static final int LONGEST_ID = 32;
    private static final int LONGEST_NAME = 100;
    private static final int LAST_COLOR = 255;

    /**
     * Checks the parts.
     *
     * @param id its number
     * @param name what people read
     * @param color the number of its colour
     * @param predefinedId which of the service's own labels it is
     * @param deleted whether it is no more
     */
    public Label {
        requireNonNull(id, "id");
        requireNonNull(name, "name");
        requireNonNull(predefinedId, "predefinedId");
        if (id.isEmpty() || id.length() > LONGEST_ID) {
            throw new IllegalArgumentException("id must have 1 to " + LONGEST_ID + " characters");
        }
        if (name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("name must have at most " + LONGEST_NAME + " characters");
        }
        if (color < 0 || color > LAST_COLOR) {
            throw new IllegalArgumentException("color must be 0 to " + LAST_COLOR + " but was " + color);
        }
    }

    /**
     * A label of the account's own.
     *
     * @param id its number, 1 to 32 characters
     * @param name what people read, at most 100 characters
     * @param color the number of its colour, 0 to 255
     * @return the label
     */
    public static Label of(String id, String name, int color) {
        return new Label(id, name, color, OptionalInt.empty(), false);
    }
}
