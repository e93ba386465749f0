package dev.waxwing.chat;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.time.Instant;

/**
 * What changed about one chat.
 *
 * @param id the chat, in the form that the phone uses
 * @param time when the change was made, to the millisecond; of two to one chat the later holds
 * @param change what changed
 */
public record ChatUpdate(Jid id, Instant time, ChatChange change) {

    /**
     * Checks the parts.
     *
     * @param id the chat
     * @param time when the change was made
     * @param change what changed
     */
    public ChatUpdate {
        requireNonNull(id, "id");
        requireNonNull(time, "time");
        requireNonNull(change, "change");
    }
}
