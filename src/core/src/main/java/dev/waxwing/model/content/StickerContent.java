package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.MediaKind;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.StickerMessage;
import org.jspecify.annotations.Nullable;

/** A sticker: WebP, 512 pixels wide and high. Make one by {@link Content#sticker(MediaSource)}. */
public final class StickerContent extends MediaContent implements MessageContent {

    private StickerContent(com.google.protobuf.Message wire, @Nullable MediaSource source, MessageContext context) {
        super(wire, source, context);
    }

    static StickerContent read(Message message) {
        return new StickerContent(
                withoutContext(message.getStickerMessage(), StickerMessage.class), null, MessageContext.NONE);
    }

    static StickerContent of(MediaSource source) {
        return new StickerContent(
                StickerMessage.getDefaultInstance(), requireNonNull(source, "source"), MessageContext.NONE);
    }

    @Override
    public MediaKind kind() {
        return MediaKind.STICKER;
    }

    /**
     * The same with a type. By itself it is found out from the file.
     *
     * @param mimetype for example {@code image/webp}
     * @return a new content
     * @throws IllegalArgumentException if it is no MIME type
     */
    public StickerContent withMimetype(String mimetype) {
        return (StickerContent) changed("mimetype", mimetype(mimetype));
    }

    /**
     * How wide it is.
     *
     * @return pixels, 0 if it is not said
     */
    public int width() {
        return (int) number("width");
    }

    /**
     * How high it is.
     *
     * @return pixels, 0 if it is not said
     */
    public int height() {
        return (int) number("height");
    }

    /**
     * The same with a size. Without one, receivers show a square until they have the file; by itself it is found out
     * from the file, as far as that can be read.
     *
     * @param width pixels, 1 or more
     * @param height pixels, 1 or more
     * @return a new content
     * @throws IllegalArgumentException if one of them is below 1
     */
    public StickerContent withSize(int width, int height) {
        return (StickerContent) changed("width", size(width, "width")).changed("height", size(height, "height"));
    }

    /**
     * Whether it moves.
     *
     * @return true if so
     */
    public boolean isAnimated() {
        return flag("isAnimated");
    }

    /**
     * The same, moving or not.
     *
     * @param animated whether the file has more than one picture
     * @return a new content
     */
    public StickerContent withAnimated(boolean animated) {
        return (StickerContent) changed("isAnimated", animated);
    }

    @Override
    StickerContent copy(com.google.protobuf.Message wire, @Nullable MediaSource source, MessageContext context) {
        return new StickerContent(wire, source, context);
    }

    @Override
    Message.Builder wrapped() {
        return Message.newBuilder().setStickerMessage((StickerMessage) wire);
    }
}
