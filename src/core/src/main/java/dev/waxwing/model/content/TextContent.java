package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.proto.e2e.ExtendedTextMessage;
import dev.waxwing.proto.e2e.ExtendedTextMessage.FontType;
import dev.waxwing.proto.e2e.Message;
import java.time.Instant;
import java.util.Optional;

/** A text. Make one by {@link Content#text(String)}. */
public final class TextContent extends Content implements MessageContent {

    /** The longest text that the service's own clients accept, in UTF-16 units. */
    public static final int MAX_LENGTH = 65_536;

    private final ExtendedTextMessage wire;

    TextContent(ExtendedTextMessage wire, MessageContext context) {
        super(context);
        this.wire = requireNonNull(wire, "wire");
    }

    static TextContent of(String text) {
        if (requireNonNull(text, "text").isEmpty() || text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "text must have 1 to " + MAX_LENGTH + " characters but has " + text.length());
        }
        return new TextContent(ExtendedTextMessage.newBuilder().setText(text).build(), MessageContext.NONE);
    }

    static TextContent readConversation(Message message) {
        return new TextContent(
                ExtendedTextMessage.newBuilder()
                        .setText(message.getConversation())
                        .build(),
                MessageContext.NONE);
    }

    static TextContent read(Message message) {
        return new TextContent(
                message.getExtendedTextMessage().toBuilder().clearContextInfo().build(), MessageContext.NONE);
    }

    /**
     * The body.
     *
     * @return UTF-16 units: 1 to {@link #MAX_LENGTH} in what is sent, any number in what was received
     */
    public String text() {
        return wire.getText();
    }

    /**
     * The same with a preview of a page that the text links to.
     *
     * @param preview what to show of it
     * @return a new content
     * @throws IllegalArgumentException if the link does not stand in the text
     */
    public TextContent withPreview(LinkPreview preview) {
        if (!text().contains(requireNonNull(preview, "preview").url())) {
            throw new IllegalArgumentException("preview must be of a link that stands in the text");
        }
        return new TextContent(preview.write(wire), context());
    }

    /**
     * The preview of a page that the text links to.
     *
     * @return what its author shows of it, empty if there is none
     */
    public Optional<LinkPreview> preview() {
        return wire.getMatchedText().isEmpty() ? Optional.empty() : Optional.of(LinkPreview.read(wire));
    }

    @Override
    Message.Builder wire(Instant now) {
        return Message.newBuilder().setExtendedTextMessage(wire);
    }

    /**
     * The same text on a coloured ground, as a status shows it.
     *
     * @param argb the colour as {@code 0xAARRGGBB}
     * @return a new content
     */
    public TextContent onColor(int argb) {
        return new TextContent(wire.toBuilder().setBackgroundArgb(argb).build(), context());
    }

    /**
     * The same text in a font, as a status shows it.
     *
     * @param type the font
     * @return a new content
     */
    public TextContent inFont(FontType type) {
        return new TextContent(
                wire.toBuilder().setFont(requireNonNull(type, "type")).build(), context());
    }

    /**
     * The colour behind the text.
     *
     * @return the colour as {@code 0xAARRGGBB}, empty for the client's own
     */
    public Optional<Integer> backgroundColor() {
        return wire.hasBackgroundArgb() ? Optional.of(wire.getBackgroundArgb()) : Optional.empty();
    }

    /**
     * The font of the text.
     *
     * @return the font, empty for the client's own
     */
    public Optional<FontType> font() {
        return wire.hasFont() ? Optional.of(wire.getFont()) : Optional.empty();
    }

    @Override
    Content with(MessageContext context) {
        return new TextContent(wire, context);
    }

    @Override
    Object value() {
        return wire;
    }

    /** Shows the length and never the text. */
    @Override
    public String toString() {
        return "Text[" + text().length() + " characters]";
    }
}
