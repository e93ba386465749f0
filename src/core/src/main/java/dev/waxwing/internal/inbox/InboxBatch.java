package dev.waxwing.internal.inbox;

import dev.waxwing.event.MessagesUpsert;
import dev.waxwing.model.content.WebMessage;
import java.util.List;

/**
 * Entries of the inbox that are handed out together.
 *
 * @param keys the keys of their rows, in order
 * @param last the number of the last row that was looked at, -1 if there was none
 * @param messages what they hold; an entry that cannot be read is left out, and its row stays
 * @param type how they came
 */
public record InboxBatch(List<String> keys, long last, List<WebMessage> messages, MessagesUpsert.Type type) {

    /** Messages in one batch at most: all of them come again if the process dies while a listener has them. */
    public static final int MOST = 64;

    /**
     * Copies the lists.
     *
     * @param keys the keys of their rows, in order
     * @param last the number of the last row that was looked at, -1 if there was none
     * @param messages what they hold
     * @param type how they came
     */
    public InboxBatch {
        keys = List.copyOf(keys);
        messages = List.copyOf(messages);
    }

    /**
     * Whether nothing was looked at.
     *
     * @return true if there was no row
     */
    public boolean isEmpty() {
        return last < 0;
    }

    /**
     * The batch as listeners get it.
     *
     * @return the event
     */
    public MessagesUpsert upsert() {
        return new MessagesUpsert(messages, type);
    }
}
