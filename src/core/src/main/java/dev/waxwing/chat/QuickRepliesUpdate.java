package dev.waxwing.chat;

import static java.util.Objects.requireNonNull;

/**
 * {@code quick-replies.update}: a quick reply was written, changed or deleted.
 *
 * @param reply as it is now
 * @param deleted whether it is no more
 */
public record QuickRepliesUpdate(QuickReply reply, boolean deleted) {

    /**
     * Checks that there is one.
     *
     * @param reply as it is now
     * @param deleted whether it is no more
     */
    public QuickRepliesUpdate {
        requireNonNull(reply, "reply");
    }
}
