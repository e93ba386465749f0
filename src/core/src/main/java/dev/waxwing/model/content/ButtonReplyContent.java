package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.proto.e2e.ButtonsResponseMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.TemplateButtonReplyMessage;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

/**
 * Which button a person pressed: of a message with buttons, or of a template. Make one by {@link #of(String, String)} or {@link #ofTemplate(String, String, int)}.
 */
public final class ButtonReplyContent extends Content implements MessageContent {

    private static final int NOT_OF_A_TEMPLATE = -1;

    private final String buttonId;
    private final String displayText;
    private final int index;

    private ButtonReplyContent(String buttonId, String displayText, int index, MessageContext context) {
        super(context);
        this.buttonId = requireNonNull(buttonId, "buttonId");
        this.displayText = requireNonNull(displayText, "displayText");
        this.index = index;
    }

    /**
     * The answer to a message with buttons.
     *
     * @param buttonId the id of the button
     * @param displayText what it says
     * @return the content
     * @throws IllegalArgumentException if one of them is too long
     */
    public static ButtonReplyContent of(String buttonId, String displayText) {
        return new ButtonReplyContent(
                ContentLimits.text(buttonId, "buttonId"),
                ContentLimits.text(displayText, "displayText"),
                NOT_OF_A_TEMPLATE,
                MessageContext.NONE);
    }

    /**
     * The answer to a template with buttons.
     *
     * @param buttonId the id of the button
     * @param displayText what it says
     * @param index where it stands, from 0
     * @return the content
     * @throws IllegalArgumentException if one of them is too long, or the index negative
     */
    public static ButtonReplyContent ofTemplate(String buttonId, String displayText, int index) {
        if (index < 0) {
            throw new IllegalArgumentException("index must not be negative but was " + index);
        }
        return new ButtonReplyContent(
                ContentLimits.text(buttonId, "buttonId"),
                ContentLimits.text(displayText, "displayText"),
                index,
                MessageContext.NONE);
    }

    static ButtonReplyContent read(Message message) {
        ButtonsResponseMessage wire = message.getButtonsResponseMessage();
        return new ButtonReplyContent(
                wire.getSelectedButtonID(), wire.getSelectedDisplayText(), NOT_OF_A_TEMPLATE, MessageContext.NONE);
    }

    static ButtonReplyContent readTemplate(Message message) {
        TemplateButtonReplyMessage wire = message.getTemplateButtonReplyMessage();
        return new ButtonReplyContent(
                wire.getSelectedID(),
                wire.getSelectedDisplayText(),
                Math.max(0, wire.getSelectedIndex()),
                MessageContext.NONE);
    }

    /**
     * Which button.
     *
     * @return its id, empty if there is none
     */
    public String buttonId() {
        return buttonId;
    }

    /**
     * What it says.
     *
     * @return the text, empty if there is none
     */
    public String displayText() {
        return displayText;
    }

    /**
     * Where it stands among the buttons of its template.
     *
     * @return the number, from 0; empty if it is not one of a template
     */
    public OptionalInt templateIndex() {
        return index == NOT_OF_A_TEMPLATE ? OptionalInt.empty() : OptionalInt.of(index);
    }

    @Override
    Message.Builder wire(Instant now) {
        if (index == NOT_OF_A_TEMPLATE) {
            return Message.newBuilder()
                    .setButtonsResponseMessage(ButtonsResponseMessage.newBuilder()
                            .setSelectedButtonID(buttonId)
                            .setSelectedDisplayText(displayText)
                            .setType(ButtonsResponseMessage.Type.DISPLAY_TEXT));
        }
        return Message.newBuilder()
                .setTemplateButtonReplyMessage(TemplateButtonReplyMessage.newBuilder()
                        .setSelectedID(buttonId)
                        .setSelectedDisplayText(displayText)
                        .setSelectedIndex(index));
    }

    @Override
    Content with(MessageContext context) {
        return new ButtonReplyContent(buttonId, displayText, index, context);
    }

    @Override
    Object value() {
        return List.of(buttonId, displayText, index);
    }

    /** Shows the kind and never the content. */
    @Override
    public String toString() {
        return "ButtonReply[]";
    }
}
