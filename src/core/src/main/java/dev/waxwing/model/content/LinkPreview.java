package dev.waxwing.model.content;

import com.google.protobuf.ByteString;
import dev.waxwing.proto.e2e.ExtendedTextMessage;
import java.util.Objects;
import java.util.Optional;

/**
 * What a text shows of a page that it links to. The sender makes it, so that those who read the text need not visit the
 * page. Immutable.
 */
public final class LinkPreview {

    private final String url;
    private final String title;
    private final String description;
    private final ByteString jpegThumbnail;

    private LinkPreview(String url, String title, String description, ByteString jpegThumbnail) {
        this.url = url;
        this.title = title;
        this.description = description;
        this.jpegThumbnail = jpegThumbnail;
    }

    /**
     * A preview of a page.
     *
     * @param url the link, exactly as it stands in the text
     * @param title the title of the page
     * @return the preview
     * @throws IllegalArgumentException if the link is empty, or one of them too long
     */
    public static LinkPreview of(String url, String title) {
        return new LinkPreview(
                ContentLimits.notEmpty(url, "url"), ContentLimits.text(title, "title"), "", ByteString.EMPTY);
    }

    static LinkPreview read(ExtendedTextMessage wire) {
        return new LinkPreview(wire.getMatchedText(), wire.getTitle(), wire.getDescription(), wire.getJPEGThumbnail());
    }

    /**
     * The same with a description.
     *
     * @param description what the page says of itself
     * @return a new preview
     * @throws IllegalArgumentException if it is too long
     */
    public LinkPreview withDescription(String description) {
        return new LinkPreview(url, title, ContentLimits.text(description, "description"), jpegThumbnail);
    }

    /**
     * The same with a picture.
     *
     * @param jpeg an image, at most {@link ContentLimits#MAX_THUMBNAIL} bytes; clients show some 192 pixels
     * @return a new preview
     * @throws IllegalArgumentException if it is too large
     */
    public LinkPreview withJpegThumbnail(byte[] jpeg) {
        return new LinkPreview(url, title, description, ContentLimits.thumbnail(jpeg, "jpeg"));
    }

    ExtendedTextMessage write(ExtendedTextMessage text) {
        ExtendedTextMessage.Builder wire = text.toBuilder()
                .setMatchedText(url)
                .setTitle(title)
                .setPreviewType(ExtendedTextMessage.PreviewType.NONE);
        if (!description.isEmpty()) {
            wire.setDescription(description);
        }
        if (!jpegThumbnail.isEmpty()) {
            wire.setJPEGThumbnail(jpegThumbnail);
        }
        return wire.build();
    }

    /**
     * The link, as it stands in the text.
     *
     * @return the link; in what was received, whatever the sender wrote there
     */
    public String url() {
        return url;
    }

    /**
     * The title of the page.
     *
     * @return the text, empty if there is none
     */
    public String title() {
        return title;
    }

    /**
     * What the page says of itself.
     *
     * @return the text, empty if there is none
     */
    public String description() {
        return description;
    }

    /**
     * A small picture, as JPEG.
     *
     * @return a copy of the bytes, empty if there are none
     */
    public Optional<byte[]> jpegThumbnail() {
        return jpegThumbnail.isEmpty() ? Optional.empty() : Optional.of(jpegThumbnail.toByteArray());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LinkPreview preview
                && url.equals(preview.url)
                && title.equals(preview.title)
                && description.equals(preview.description)
                && jpegThumbnail.equals(preview.jpegThumbnail);
    }

    @Override
    public int hashCode() {
        return Objects.hash(url, title, description, jpegThumbnail);
    }

    /** Shows that there is one and never what it says. */
    @Override
    public String toString() {
        return "LinkPreview[]";
    }
}
