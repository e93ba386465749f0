package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.MediaKind;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.VideoMessage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A video: one with sound, one that plays again and again like a GIF, or one that is shown in a circle. Make one by
 * {@link Content#video(MediaSource)}, {@link Content#gif(MediaSource)} or {@link Content#videoNote(MediaSource)}.
 */
public final class VideoContent extends MediaContent implements MessageContent {

    private final boolean isNote;

    private VideoContent(
            com.google.protobuf.Message wire, boolean isNote, @Nullable MediaSource source, MessageContext context) {
        super(wire, source, context);
        this.isNote = isNote;
    }

    static VideoContent read(Message message) {
        return new VideoContent(
                withoutContext(message.getVideoMessage(), VideoMessage.class), false, null, MessageContext.NONE);
    }

    static VideoContent readNote(Message message) {
        return new VideoContent(
                withoutContext(message.getPtvMessage(), VideoMessage.class), true, null, MessageContext.NONE);
    }

    static VideoContent of(MediaSource source, MediaKind kind) {
        VideoMessage.Builder wire = VideoMessage.newBuilder();
        if (kind == MediaKind.GIF) {
            wire.setGifPlayback(true);
        }
        return new VideoContent(
                wire.build(), kind == MediaKind.VIDEO_NOTE, requireNonNull(source, "source"), MessageContext.NONE);
    }

    @Override
    public MediaKind kind() {
        if (isNote) {
            return MediaKind.VIDEO_NOTE;
        }
        return flag("gifPlayback") ? MediaKind.GIF : MediaKind.VIDEO;
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
    public VideoContent withCaption(String caption) {
        return (VideoContent) changed("caption", ContentLimits.text(caption, "caption"));
    }

    /**
     * The same with a type. By itself it is found out from the file.
     *
     * @param mimetype for example {@code video/mp4}
     * @return a new content
     * @throws IllegalArgumentException if it is no MIME type
     */
    public VideoContent withMimetype(String mimetype) {
        return (VideoContent) changed("mimetype", mimetype(mimetype));
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
    public VideoContent withSize(int width, int height) {
        return (VideoContent) changed("width", size(width, "width")).changed("height", size(height, "height"));
    }

    /**
     * How long it plays.
     *
     * @return seconds, 0 if it is not said
     */
    public int seconds() {
        return (int) Math.max(0, number("seconds"));
    }

    /**
     * The same with the time that it plays. By itself it is found out from the file, as far as that can be read.
     *
     * @param seconds 0 or more
     * @return a new content
     * @throws IllegalArgumentException if it is negative
     */
    public VideoContent withSeconds(int seconds) {
        if (seconds < 0) {
            throw new IllegalArgumentException("seconds must not be negative but was " + seconds);
        }
        return (VideoContent) changed("seconds", seconds);
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
    public VideoContent withJpegThumbnail(byte[] jpeg) {
        return (VideoContent) changed("JPEGThumbnail", ContentLimits.thumbnail(jpeg, "jpeg"));
    }

    @Override
    VideoContent copy(com.google.protobuf.Message wire, @Nullable MediaSource source, MessageContext context) {
        return new VideoContent(wire, isNote, source, context);
    }

    @Override
    Message.Builder wrapped() {
        VideoMessage video = (VideoMessage) wire;
        return isNote
                ? Message.newBuilder().setPtvMessage(video)
                : Message.newBuilder().setVideoMessage(video);
    }
}
