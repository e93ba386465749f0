package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.MediaKind;
import dev.waxwing.proto.e2e.DocumentMessage;
import dev.waxwing.proto.e2e.FutureProofMessage;
import dev.waxwing.proto.e2e.Message;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file of any type. Make one by {@link Content#document(MediaSource, String)}. */
public final class DocumentContent extends MediaContent implements MessageContent {

    private DocumentContent(com.google.protobuf.Message wire, @Nullable MediaSource source, MessageContext context) {
        super(wire, source, context);
    }

    static DocumentContent read(Message message) {
        return new DocumentContent(
                withoutContext(message.getDocumentMessage(), DocumentMessage.class), null, MessageContext.NONE);
    }

    static DocumentContent of(MediaSource source, String fileName) {
        return new DocumentContent(
                DocumentMessage.newBuilder()
                        .setFileName(ContentLimits.notEmpty(fileName, "fileName"))
                        .build(),
                requireNonNull(source, "source"),
                MessageContext.NONE);
    }

    @Override
    public MediaKind kind() {
        return MediaKind.DOCUMENT;
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
    public DocumentContent withCaption(String caption) {
        return (DocumentContent) changed("caption", ContentLimits.text(caption, "caption"));
    }

    /**
     * The same with a type. By itself it is found out from the file.
     *
     * @param mimetype for example {@code application/pdf}
     * @return a new content
     * @throws IllegalArgumentException if it is no MIME type
     */
    public DocumentContent withMimetype(String mimetype) {
        return (DocumentContent) changed("mimetype", mimetype(mimetype));
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
    public DocumentContent withJpegThumbnail(byte[] jpeg) {
        return (DocumentContent) changed("JPEGThumbnail", ContentLimits.thumbnail(jpeg, "jpeg"));
    }

    /**
     * What the file is called.
     *
     * @return the name; in what was received, whatever the sender wrote there: never use it as a path
     */
    public String fileName() {
        return string("fileName");
    }

    /**
     * How many pages it has.
     *
     * @return the number, 0 if it is not said
     */
    public int pageCount() {
        return (int) Math.max(0, number("pageCount"));
    }

    /**
     * The same with a number of pages.
     *
     * @param pageCount 0 or more
     * @return a new content
     * @throws IllegalArgumentException if it is negative
     */
    public DocumentContent withPageCount(int pageCount) {
        if (pageCount < 0) {
            throw new IllegalArgumentException("pageCount must not be negative but was " + pageCount);
        }
        return (DocumentContent) changed("pageCount", pageCount);
    }

    @Override
    DocumentContent copy(com.google.protobuf.Message wire, @Nullable MediaSource source, MessageContext context) {
        return new DocumentContent(wire, source, context);
    }

    @Override
    Message.Builder wrapped() {
        Message.Builder message = Message.newBuilder().setDocumentMessage((DocumentMessage) wire);
        // As phones send it: a client that knows no captions of documents shows that there is something.
        return caption().isEmpty()
                ? message
                : Message.newBuilder()
                        .setDocumentWithCaptionMessage(
                                FutureProofMessage.newBuilder().setMessage(message));
    }
}
