package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.proto.e2e.ButtonsMessage;
import dev.waxwing.proto.e2e.HydratedTemplateButton;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.TemplateMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * A text with buttons of a business, or a template with buttons; an answer is {@link ButtonReplyContent}. Only
 * businesses send them, so this is only read.
 *
 * @param title what stands above
 * @param text the text
 * @param footer the small print
 * @param buttons the buttons, in their order
 */
public record ButtonsContent(String title, String text, String footer, List<Button> buttons) implements MessageContent {

    /**
     * Copies the list.
     *
     * @param title what stands above
     * @param text the text
     * @param footer the small print
     * @param buttons the buttons, in their order
     */
    public ButtonsContent {
        requireNonNull(title, "title");
        requireNonNull(text, "text");
        requireNonNull(footer, "footer");
        buttons = Copies.list(buttons, "buttons");
    }

    static ButtonsContent read(Message message) {
        ButtonsMessage wire = message.getButtonsMessage();
        return new ButtonsContent(
                wire.getText(),
                wire.getContentText(),
                wire.getFooterText(),
                wire.getButtonsList().stream()
                        .map(button -> new Button(
                                button.getButtonID(), button.getButtonText().getDisplayText(), ""))
                        .toList());
    }

    static ButtonsContent readTemplate(Message message) {
        TemplateMessage wire = message.getTemplateMessage();
        TemplateMessage.HydratedFourRowTemplate template =
                wire.hasHydratedTemplate() ? wire.getHydratedTemplate() : wire.getHydratedFourRowTemplate();
        if (template.getSerializedSize() == 0) {
            throw new IllegalArgumentException("a template whose text is not filled in");
        }
        List<Button> buttons = new ArrayList<>();
        for (HydratedTemplateButton button : template.getHydratedButtonsList()) {
            buttons.add(
                    switch (button.getHydratedButtonCase()) {
                        case QUICKREPLYBUTTON ->
                            new Button(
                                    button.getQuickReplyButton().getID(),
                                    button.getQuickReplyButton().getDisplayText(),
                                    "");
                        case URLBUTTON ->
                            new Button(
                                    "",
                                    button.getUrlButton().getDisplayText(),
                                    button.getUrlButton().getURL());
                        case CALLBUTTON ->
                            new Button(
                                    "",
                                    button.getCallButton().getDisplayText(),
                                    "tel:" + button.getCallButton().getPhoneNumber());
                        case HYDRATEDBUTTON_NOT_SET -> new Button("", "", "");
                    });
        }
        return new ButtonsContent(
                template.getHydratedTitleText(),
                template.getHydratedContentText(),
                template.getHydratedFooterText(),
                buttons);
    }

    /** Shows the shape and never the content. */
    @Override
    public String toString() {
        return "Buttons[" + buttons.size() + "]";
    }

    /**
     * One button.
     *
     * @param id what an answer names it by; empty if it opens something
     * @param text what it says
     * @param opens the page or, as {@code tel:}, the number that it opens; empty if it answers
     */
    public record Button(String id, String text, String opens) {

        /**
         * Checks for null.
         *
         * @param id what an answer names it by
         * @param text what it says
         * @param opens what it opens
         */
        public Button {
            requireNonNull(id, "id");
            requireNonNull(text, "text");
            requireNonNull(opens, "opens");
        }

        /** Shows the id and never the content. */
        @Override
        public String toString() {
            return "Button[" + id + "]";
        }
    }
}
