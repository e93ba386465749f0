package dev.waxwing.chat;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import java.util.List;

/**
 * Words that a business often writes, under a short name.
 *
 * @param id what tells it from others: the second in which it was written, in the clients' habit; 1 to 32 characters
 * @param shortcut what to type for it, at most 100 characters
 * @param message the words, at most 4,096 characters
 * @param keywords by what else it is found; at most 100 of at most 100 characters
 */
public record QuickReply(String id, String shortcut, String message, List<String> keywords) {

    private static final int LONGEST_ID = 32;
    private static final int LONGEST_SHORTCUT = 100;
    private static final int LONGEST_MESSAGE = 4_096;
    private static final int MOST_KEYWORDS = 100;

    /**
     * Copies the list.
     *
     * @param id what tells it from others
     * @param shortcut what to type for it
     * @param message the words
     * @param keywords by what else it is found
     */
    public QuickReply {
        requireNonNull(id, "id");
        keywords = Copies.list(keywords, "keywords");
        if (id.isEmpty() || id.length() > LONGEST_ID) {
            throw new IllegalArgumentException("id must have 1 to " + LONGEST_ID + " characters");
        }
        if (requireNonNull(shortcut, "shortcut").length() > LONGEST_SHORTCUT) {
            throw new IllegalArgumentException("shortcut must have at most " + LONGEST_SHORTCUT + " characters");
        }
        if (requireNonNull(message, "message").length() > LONGEST_MESSAGE) {
            throw new IllegalArgumentException("message must have at most " + LONGEST_MESSAGE + " characters");
        }
        if (keywords.size() > MOST_KEYWORDS
                || keywords.stream().anyMatch(keyword -> keyword.length() > LONGEST_SHORTCUT)) {
            throw new IllegalArgumentException("keywords must be at most " + MOST_KEYWORDS + ", of at most "
                    + LONGEST_SHORTCUT + " characters each");
        }
    }

    /** Without the words. */
    @Override
    public String toString() {
        return "QuickReply[" + id + "]";
    }
}
