package dev.waxwing.event;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.model.EventResponse;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.MessageStatus;
import dev.waxwing.model.content.MessageContent;
import dev.waxwing.model.content.PollVote;
import dev.waxwing.model.content.WebMessage;
import java.util.List;

/**
 * Something about messages changed: how far they came, or what is in them.
 *
 * @param updates the changes in order, never empty
 */
public record MessagesUpdate(List<Update> updates) {

    /**
     * Copies the list.
     *
     * @param updates the changes in order, never empty
     */
    public MessagesUpdate {
        updates = Copies.list(updates, "updates");
    }

    /**
     * The changes of status among them.
     *
     * @return those in order, maybe none
     */
    public List<StatusChange> statuses() {
        return updates.stream()
                .filter(StatusChange.class::isInstance)
                .map(StatusChange.class::cast)
                .toList();
    }

    /**
     * What changed about one message. Only this library adds kinds, and later versions will: a {@code switch} needs a
     * {@code default} branch, and the compiler asks for it.
     */
    public sealed interface Update
            permits StatusChange, Edited, Deleted, Pinned, Kept, Voted, Responded, Starred, Unlisted {

        /**
         * The message.
         *
         * @return its key
         */
        MessageKey key();
    }

    /** There is none: that it may be there makes every switch have a default branch. */
    @SuppressWarnings("UnusedNestedClass") // never made
    private record Unlisted(MessageKey key) implements Update {}

    /**
     * One message's new status.
     *
     * @param key the message
     * @param status its status now
     */
    public record StatusChange(MessageKey key, MessageStatus status) implements Update {
        /**
         * Checks the parts.
         *
         * @param key the message
         * @param status its status now
         */
        public StatusChange {
            requireNonNull(key, "key");
            requireNonNull(status, "status");
        }
    }

    /**
     * A message has new content. Its author wrote that: an edit of somebody else's message is refused.
     *
     * @param key the message
     * @param content what it holds now
     * @param by the message that holds the edit
     */
    public record Edited(MessageKey key, MessageContent content, WebMessage by) implements Update {
        /**
         * Checks the parts.
         *
         * @param key the message
         * @param content what it holds now
         * @param by the message that holds the edit
         */
        public Edited {
            requireNonNull(key, "key");
            requireNonNull(content, "content");
            requireNonNull(by, "by");
        }
    }

    /**
     * A message was taken back for everyone: by its author, or by an admin of its group, which is checked. Elsewhere
     * the ecosystem tells this as an update with the stub type {@code REVOKE}.
     *
     * @param key the message
     * @param by the message that takes it back
     */
    public record Deleted(MessageKey key, WebMessage by) implements Update {
        /**
         * Checks the parts.
         *
         * @param key the message
         * @param by the message that takes it back
         */
        public Deleted {
            requireNonNull(key, "key");
            requireNonNull(by, "by");
        }
    }

    /**
     * A message was pinned for everyone in its chat, or taken down: see {@link
     * dev.waxwing.model.content.PinContent#isRemoval()} of the content of {@code by}.
     *
     * @param key the message
     * @param by the message that pins it
     */
    public record Pinned(MessageKey key, WebMessage by) implements Update {
        /**
         * Checks the parts.
         *
         * @param key the message
         * @param by the message that pins it
         */
        public Pinned {
            requireNonNull(key, "key");
            requireNonNull(by, "by");
        }
    }

    /**
     * A disappearing message is kept, or no longer: see {@link dev.waxwing.model.content.KeepContent#isRemoval()} of
     * the content of {@code by}.
     *
     * @param key the message
     * @param by the message that keeps it
     */
    public record Kept(MessageKey key, WebMessage by) implements Update {
        /**
         * Checks the parts.
         *
         * @param key the message
         * @param by the message that keeps it
         */
        public Kept {
            requireNonNull(key, "key");
            requireNonNull(by, "by");
        }
    }

    /**
     * Somebody voted in a poll.
     *
     * @param key the message
     * @param vote what for
     * @param by the message that says so: its author is who is meant
     */
    public record Voted(MessageKey key, PollVote vote, WebMessage by) implements Update {
        /**
         * Checks the parts.
         *
         * @param key the message
         * @param vote what for
         * @param by the message that says so
         */
        public Voted {
            requireNonNull(key, "key");
            requireNonNull(vote, "vote");
            requireNonNull(by, "by");
        }
    }

    /**
     * Somebody answered whether to come to an event.
     *
     * @param key the message
     * @param response the answer
     * @param by the message that says so: its author is who is meant
     */
    public record Responded(MessageKey key, EventResponse response, WebMessage by) implements Update {
        /**
         * Checks the parts.
         *
         * @param key the message
         * @param response the answer
         * @param by the message that says so
         */
        public Responded {
            requireNonNull(key, "key");
            requireNonNull(response, "response");
            requireNonNull(by, "by");
        }
    }

    /**
     * A message was given a star by a device of this account, or has none any more. Nobody else sees it.
     *
     * @param key the message
     * @param starred whether it has one
     */
    public record Starred(MessageKey key, boolean starred) implements Update {
        /**
         * Checks that there is a message.
         *
         * @param key the message
         * @param starred whether it has one
         */
        public Starred {
            requireNonNull(key, "key");
        }
    }
}
