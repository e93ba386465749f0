package dev.waxwing.model;

import static java.util.Objects.requireNonNull;

import dev.waxwing.proto.e2e.Message;
import java.util.List;
import java.util.Optional;

/** What to send: pass one to {@code sendMessage}. A closed family; each kind checks itself when it is made. */
public sealed interface Content permits Content.Text, Content.Raw {

    /** The longest text that the service's own clients accept, in UTF-16 units. */
    int MAX_TEXT_LENGTH = 65_536;

    /**
     * A text.
     *
     * @param text the body, 1 to {@link #MAX_TEXT_LENGTH} UTF-16 units
     * @return the content
     * @throws IllegalArgumentException if the text is empty or too long
     */
    static Text text(String text) {
        return new Text(text, List.of(), Optional.empty());
    }

    /**
     * Any message that the wire format knows, for kinds that have no builder here. It is sent as given, save for the message
     * secret that is added when missing.
     *
     * @param message the message, not empty
     * @return the content
     * @throws IllegalArgumentException if the message has no field set
     */
    static Raw raw(Message message) {
        return new Raw(message);
    }

    /**
     * A text, with the people it mentions and the message it quotes.
     *
     * @param text the body, 1 to {@link #MAX_TEXT_LENGTH} UTF-16 units
     * @param mentions people mentioned; the body should hold {@code @user} for each
     * @param quoted the message that this one answers
     */
    record Text(String text, List<Jid> mentions, Optional<WebMessage> quoted) implements Content {

        /**
         * Checks the parts.
         *
         * @param text the body
         * @param mentions people mentioned
         * @param quoted the message that this one answers
         */
        public Text {
            requireNonNull(quoted, "quoted");
            mentions = List.copyOf(mentions);
            if (text.isEmpty() || text.length() > MAX_TEXT_LENGTH) {
                throw new IllegalArgumentException(
                        "text must have 1 to " + MAX_TEXT_LENGTH + " characters but has " + text.length());
            }
        }

        /**
         * The same text with mentions.
         *
         * @param people whom the text mentions
         * @return a new content
         */
        public Text mentioning(Jid... people) {
            return new Text(text, List.of(people), quoted);
        }

        /**
         * The same text as an answer.
         *
         * @param message the message to quote
         * @return a new content
         */
        public Text quoting(WebMessage message) {
            return new Text(text, mentions, Optional.of(message));
        }

        /** Shows the length and never the text. */
        @Override
        public String toString() {
            return "Text[" + text.length() + " characters]";
        }
    }

    /**
     * A message given in its wire form.
     *
     * @param message the message, not empty
     */
    record Raw(Message message) implements Content {

        /**
         * Checks that something is set.
         *
         * @param message the message
         */
        public Raw {
            if (message.getSerializedSize() == 0) {
                throw new IllegalArgumentException("message must have a field set");
            }
        }

        /** Shows the size and never the content. */
        @Override
        public String toString() {
            return "Raw[" + message.getSerializedSize() + " bytes]";
        }
    }
}
