package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.waxwing.model.MediaKind;
import dev.waxwing.model.MediaReference;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Content that is a file. One that the application makes has a {@link #source()}: sending it uploads the file first, and
 * whatever the application did not say of it (type, size, thumbnail) is found out. One that was received, or uploaded
 * before, has a {@link #reference()}: {@code sock.media()} downloads it, and sending it again uploads nothing.
 */
public abstract class MediaContent extends Content {

    /** What {@link #mimetype()} answers if nobody said anything better. */
    static final String UNKNOWN_MIMETYPE = "application/octet-stream";

    /** The kind's own part of a message; all of them name what they share alike. */
    final Message wire;

    final @Nullable MediaSource source;

    MediaContent(Message wire, @Nullable MediaSource source, MessageContext context) {
        super(context);
        this.wire = requireNonNull(wire, "wire");
        this.source = source;
    }

    /** Without what stands beside the content, which is shown elsewhere. */
    static <M extends Message> M withoutContext(M wire, Class<M> type) {
        FieldDescriptor context = wire.getDescriptorForType().findFieldByName("contextInfo");
        return type.cast(wire.toBuilder().clearField(context).build());
    }

    /**
     * What the file is shown as.
     *
     * @return the kind
     */
    public abstract MediaKind kind();

    /**
     * Where the file comes from that is to be sent.
     *
     * @return the source, empty if the file is on the media hosts already
     */
    public final Optional<MediaSource> source() {
        return Optional.ofNullable(source);
    }

    /**
     * The file on the media hosts.
     *
     * @return the reference, empty before the file was uploaded
     */
    public final Optional<MediaReference> reference() {
        if (source != null) {
            return Optional.empty();
        }
        MediaReference.Builder reference = MediaReference.builder(kind())
                .directPath(string("directPath"))
                .url(string("URL"))
                .mediaKey(bytes("mediaKey"))
                .fileSha256(bytes("fileSHA256"))
                .fileEncSha256(bytes("fileEncSHA256"))
                .fileLength(Math.max(0, number("fileLength")));
        if (has("mediaKeyTimestamp")) {
            reference.mediaKeyTimestamp(ContentLimits.second(number("mediaKeyTimestamp")));
        }
        if (has("streamingSidecar")) {
            reference.streamingSidecar(bytes("streamingSidecar"));
        }
        return Optional.of(reference.build());
    }

    /**
     * What the file is by its type.
     *
     * @return the MIME type; in what was received, whatever the sender wrote there; {@code application/octet-stream} if
     *     nothing was said
     */
    public final String mimetype() {
        return string("mimetype").isEmpty() ? UNKNOWN_MIMETYPE : string("mimetype");
    }

    /**
     * Whether its type was said.
     *
     * @return false if {@link #mimetype()} only answers what fits everything
     */
    public final boolean hasMimetype() {
        return !string("mimetype").isEmpty();
    }

    /**
     * Length of the file.
     *
     * @return bytes as the sender says, 0 if it is not said or not uploaded
     */
    public final long fileLength() {
        return Math.max(0, number("fileLength"));
    }

    /**
     * The same content with its file elsewhere, for example uploaded.
     *
     * @param reference the file on the media hosts
     * @return a new content without a source
     * @throws IllegalArgumentException if the reference is of another kind
     */
    public final MediaContent withReference(MediaReference reference) {
        if (requireNonNull(reference, "reference").kind() != kind()) {
            throw new IllegalArgumentException(
                    "reference must be of kind " + kind() + " but was of " + reference.kind());
        }
        Message.Builder builder = wire.toBuilder();
        set(builder, "directPath", reference.directPath());
        set(builder, "URL", reference.url());
        set(builder, "mediaKey", ByteString.copyFrom(reference.mediaKey()));
        set(builder, "fileSHA256", ByteString.copyFrom(reference.fileSha256()));
        set(builder, "fileEncSHA256", ByteString.copyFrom(reference.fileEncSha256()));
        set(builder, "fileLength", reference.fileLength());
        reference.mediaKeyTimestamp().ifPresent(made -> set(builder, "mediaKeyTimestamp", made.getEpochSecond()));
        if (reference.streamingSidecar().length > 0) {
            set(builder, "streamingSidecar", ByteString.copyFrom(reference.streamingSidecar()));
        }
        if (string("mimetype").isEmpty()) {
            set(builder, "mimetype", UNKNOWN_MIMETYPE);
        }
        return copy(builder.build(), null, context());
    }

    /** A copy with another wire form. */
    abstract MediaContent copy(Message wire, @Nullable MediaSource source, MessageContext context);

    /** Puts the kind's own part into a message. */
    abstract dev.waxwing.proto.e2e.Message.Builder wrapped();

    @Override
    final MediaContent with(MessageContext context) {
        return copy(wire, source, context);
    }

    @Override
    final dev.waxwing.proto.e2e.Message.Builder wire(Instant now) {
        if (source != null) {
            throw new IllegalArgumentException(
                    "content has a file that is not uploaded: upload it by sock.media().upload before it is put into"
                            + " another content");
        }
        return wrapped();
    }

    @Override
    final Object value() {
        // Two sources are the same if they are one object.
        return Arrays.asList(kind(), wire, source);
    }

    final MediaContent changed(String field, Object value) {
        Message.Builder builder = wire.toBuilder();
        set(builder, field, value);
        return copy(builder.build(), source, context());
    }

    static String mimetype(String mimetype) {
        if (ContentLimits.notEmpty(mimetype, "mimetype").chars().anyMatch(c -> c < ' ' || c > '~')
                || mimetype.indexOf('/') < 1) {
            throw new IllegalArgumentException("mimetype must be like image/png");
        }
        return mimetype;
    }

    static int size(int pixels, String name) {
        if (pixels < 1) {
            throw new IllegalArgumentException(name + " must be positive but was " + pixels);
        }
        return pixels;
    }

    final boolean has(String field) {
        FieldDescriptor found = wire.getDescriptorForType().findFieldByName(field);
        return found != null && wire.hasField(found);
    }

    final String string(String field) {
        return (String) value(field);
    }

    final byte[] bytes(String field) {
        return ((ByteString) value(field)).toByteArray();
    }

    final long number(String field) {
        return ((Number) value(field)).longValue();
    }

    final boolean flag(String field) {
        return (Boolean) value(field);
    }

    private Object value(String field) {
        return wire.getField(Objects.requireNonNull(wire.getDescriptorForType().findFieldByName(field), field));
    }

    /** Fields that a kind does not have are left out. */
    private static void set(Message.Builder builder, String field, Object value) {
        FieldDescriptor found = builder.getDescriptorForType().findFieldByName(field);
        if (found != null) {
            builder.setField(found, value);
        }
    }

    /** Shows the kind and never the content. */
    @Override
    public final String toString() {
        return "Media[" + kind() + (source == null ? "" : ", to be uploaded") + "]";
    }
}
