package dev.waxwing.chat;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/** What may change about a chat. Later versions may add kinds. */
public sealed interface ChatChange {

    /**
     * The chat is in the archive, or not any more.
     *
     * @param archived whether it is
     * @param last up to which messages that holds
     */
    record Archived(boolean archived, LastMessages last) implements ChatChange {
        /**
         * Checks the parts.
         *
         * @param archived whether it is
         * @param last up to which messages that holds
         */
        public Archived {
            requireNonNull(last, "last");
        }
    }

    /**
     * The chat is pinned to the top of the list, or not any more. The one pinned last stands first.
     *
     * @param pinned whether it is
     */
    record Pinned(boolean pinned) implements ChatChange {}

    /**
     * The chat makes no noise, or does again.
     *
     * @param muted whether it is muted
     * @param until when that ends; empty for never, and for a chat that is not muted
     */
    record Muted(boolean muted, Optional<Instant> until) implements ChatChange {
        /**
         * Checks the parts.
         *
         * @param muted whether it is muted
         * @param until when that ends
         */
        public Muted {
            requireNonNull(until, "until");
        }
    }

    /**
     * The chat is marked as read or as unread.
     *
     * @param read whether it is read
     * @param last up to which messages that holds
     */
    record Read(boolean read, LastMessages last) implements ChatChange {
        /**
         * Checks the parts.
         *
         * @param read whether it is read
         * @param last up to which messages that holds
         */
        public Read {
            requireNonNull(last, "last");
        }
    }

    /**
     * What people post as their status is not shown, or is again.
     *
     * @param muted whether it is not shown
     */
    record StatusMuted(boolean muted) implements ChatChange {}
}
