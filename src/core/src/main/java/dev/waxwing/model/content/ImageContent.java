package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.MediaKind;
import dev.waxwing.proto.e2e.ImageMessage;
import dev.waxwing.proto.e2e.Message;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A picture. Make one by {@link Content#image(MediaSource)}. */
public final class ImageContent extends MediaContent implements MessageContent {

    private ImageContent(com.google.protobuf.Message wire, @Nullable MediaSource source, MessageContext context) {
        super(wire, source, context);
    }

    static ImageContent read(Message message) {
        return new ImageContent(
                withoutContext(message.getImageMessage(), ImageMessage.class), null, MessageContext.NONE);
    }

    static ImageContent of(MediaSource source) {
        return new ImageContent(
                ImageMessage.getDefaultInstance(), requireNonNull(source, "source"), MessageContext.NONE);
    }

    @Override
    public MediaKind kind() {
        return MediaKind.IMAGE;
    }

    /**
     * What is written under it.
     *
     * @return the text, empty if there is none
     */
    public String caption() {
        return string("caption");
    }

    /**
     * The same with a text under it.
     *
     * @param caption a text, at most {@link ContentLimits#MAX_TEXT} UTF-16 units
     * @return a new content
     * @throws IllegalArgumentException if it is too long
     */
    public ImageContent withCaption(String caption) {
        return (ImageContent) changed("caption", ContentLimits.text(caption, "caption"));
    }

    /**
     * The same with a type. By itself it is found out from the file.
     *
     * @param mimetype for example {@code image/png}
     * @return a new content
     * @throws IllegalArgumentException if it is no MIME type
     */
    public ImageContent withMimetype(String mimetype) {
        return (ImageContent) changed("mimetype", mimetype(mimetype));
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
    public ImageContent withSize(int width, int height) {
        return (ImageContent) changed("width", size(width, "width")).changed("height", size(height, "height"));
    }

    /**
     * A small picture that is shown until the receiver has the file.
     *
     * @return a copy of the JPEG, empty if there is none
     */
    public Optional<byte[]> jpegThumbnail() {
        return has("JPEGThumbnail") ? Optional.of(bytes("JPEGThumbnail")) : Optional.empty();
    }

    /**
     * The same with a small picture to show until the receiver has the file. By itself it is made from the file, as far
     * as that can be read.
     *
     * @param jpeg an image, at most {@link ContentLimits#MAX_THUMBNAIL} bytes; clients make it some 32 pixels wide
     * @return a new content
     * @throws IllegalArgumentException if it is too large
     */
    public ImageContent withJpegThumbnail(byte[] jpeg) {
        return (ImageContent) changed("JPEGThumbnail", ContentLimits.thumbnail(jpeg, "jpeg"));
    }

    @Override
    ImageContent copy(com.google.protobuf.Message wire, @Nullable MediaSource source, MessageContext context) {
        return new ImageContent(wire, source, context);
    }

    @Override
    Message.Builder wrapped() {
        return Message.newBuilder().setImageMessage((ImageMessage) wire);
    }
}
