package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.AlbumMessage;
import dev.waxwing.proto.e2e.Message;
import java.time.Instant;

/** The head of an album: its pictures and videos follow, each by {@link Content#inAlbum(MessageKey)}. Make one by {@link Content#album(int, int)}. */
public final class AlbumContent extends Content implements MessageContent {

    private final AlbumMessage wire;

    private AlbumContent(AlbumMessage wire, MessageContext context) {
        super(context);
        this.wire = requireNonNull(wire, "wire");
    }

    static AlbumContent read(Message message) {
        return new AlbumContent(
                message.getAlbumMessage().toBuilder().clearContextInfo().build(), MessageContext.NONE);
    }

    static AlbumContent of(int images, int videos) {
        if (images < 0 || videos < 0 || images + (long) videos > ContentLimits.MAX_ITEMS) {
            throw new IllegalArgumentException("images and videos must not be negative, and " + ContentLimits.MAX_ITEMS
                    + " at most together, but were " + images + " and " + videos);
        }
        return new AlbumContent(
                AlbumMessage.newBuilder()
                        .setExpectedImageCount(images)
                        .setExpectedVideoCount(videos)
                        .build(),
                MessageContext.NONE);
    }

    /**
     * How many pictures follow.
     *
     * @return the number that its author says
     */
    public int images() {
        return wire.getExpectedImageCount();
    }

    /**
     * How many videos follow.
     *
     * @return the number that its author says
     */
    public int videos() {
        return wire.getExpectedVideoCount();
    }

    @Override
    Message.Builder wire(Instant now) {
        return Message.newBuilder().setAlbumMessage(wire);
    }

    @Override
    Content with(MessageContext context) {
        return new AlbumContent(wire, context);
    }

    @Override
    Object value() {
        return wire;
    }

    /** Shows the kind and never the content. */
    @Override
    public String toString() {
        return "Album[" + images() + " images, " + videos() + " videos]";
    }
}
