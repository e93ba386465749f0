package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.proto.e2e.Message;

/**
 * Content that this version has no kind for, or that cannot be read. A later version may have a kind for it.
 *
 * @param message what it is on the wire, out of its wrappers; may be empty
 */
public record UnknownContent(Message message) implements MessageContent {

    /**
     * Checks for null.
     *
     * @param message what it is on the wire
     */
    public UnknownContent {
        requireNonNull(message, "message");
    }

    /** Shows which fields are set and never what is in them. */
    @Override
    public String toString() {
        return "Unknown"
                + message.getAllFields().keySet().stream()
                        .map(field -> field.getName())
                        .toList();
    }
}
