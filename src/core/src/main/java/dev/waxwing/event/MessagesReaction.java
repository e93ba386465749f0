package dev.waxwing.event;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.content.ReactionContent;
import dev.waxwing.model.content.WebMessage;
import java.util.List;

/**
 * People reacted to messages, or took that back.
 *
 * @param reactions the reactions in order, never empty
 */
public record MessagesReaction(List<Reaction> reactions) {

    /**
     * Copies the list.
     *
     * @param reactions the reactions in order, never empty
     */
    public MessagesReaction {
        reactions = Copies.list(reactions, "reactions");
    }

    /**
     * One reaction. Of two by one author to one message the one of the later {@link ReactionContent#reactedAt()} holds.
     *
     * @param key the message that is reacted to
     * @param content the reaction
     * @param by the message that holds the reaction: its author reacts
     */
    public record Reaction(MessageKey key, ReactionContent content, WebMessage by) {

        /**
         * Checks the parts.
         *
         * @param key the message that is reacted to
         * @param content the reaction
         * @param by the message that holds the reaction
         */
        public Reaction {
            requireNonNull(key, "key");
            requireNonNull(content, "content");
            requireNonNull(by, "by");
        }
    }
}
