package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.proto.e2e.InteractiveMessage;
import dev.waxwing.proto.e2e.Message;
import java.util.List;

/**
 * A message of a business with buttons that run programs of the client; an answer is {@link InteractiveReplyContent}.
 * Only businesses send it, so this is only read.
 *
 * @param title what stands above
 * @param text the text
 * @param footer the small print
 * @param buttons the buttons, in their order
 * @param cards the messages that it shows side by side, each as large as this one
 */
public record InteractiveContent(
        String title, String text, String footer, List<Button> buttons, List<InteractiveContent> cards)
        implements MessageContent {

    /**
     * Copies the lists.
     *
     * @param title what stands above
     * @param text the text
     * @param footer the small print
     * @param buttons the buttons, in their order
     * @param cards the messages that it shows side by side
     */
    public InteractiveContent {
        requireNonNull(title, "title");
        requireNonNull(text, "text");
        requireNonNull(footer, "footer");
        buttons = Copies.list(buttons, "buttons");
        cards = Copies.list(cards, "cards");
    }

    static InteractiveContent read(Message message) {
        InteractiveMessage wire = message.getInteractiveMessage();
        // Cards have no cards: hostile ones could nest.
        return read(
                wire,
                wire.getCarouselMessage().getCardsList().stream()
                        .map(card -> read(card, List.of()))
                        .toList());
    }

    private static InteractiveContent read(InteractiveMessage wire, List<InteractiveContent> cards) {
        return new InteractiveContent(
                wire.getHeader().getTitle(),
                wire.getBody().getText(),
                wire.getFooter().getText(),
                wire.getNativeFlowMessage().getButtonsList().stream()
                        .map(button -> new Button(button.getName(), button.getButtonParamsJSON()))
                        .toList(),
                cards);
    }

    /** Shows the shape and never the content. */
    @Override
    public String toString() {
        return "Interactive[" + buttons.size() + " buttons, " + cards.size() + " cards]";
    }

    /**
     * One button.
     *
     * @param name which program of the client it runs
     * @param paramsJson with what, as JSON that its author wrote
     */
    public record Button(String name, String paramsJson) {

        /**
         * Checks for null.
         *
         * @param name which program of the client it runs
         * @param paramsJson with what
         */
        public Button {
            requireNonNull(name, "name");
            requireNonNull(paramsJson, "paramsJson");
        }

        /** Shows the name and never the content. */
        @Override
        public String toString() {
            return "Button[" + name + "]";
        }
    }
}
