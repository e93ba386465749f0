package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the bytes of a file come from that is to be sent. It is read when the message is sent, and not before. */
public final class MediaSource {

    /** Opens a stream of the application. */
    @FunctionalInterface
    public interface Opener {

        /**
         * Opens the stream from its beginning; called again if the message is sent again. Called on the account's
         * executor; may block.
         *
         * @return a new stream, which is closed after use
         * @throws IOException if it cannot be opened
         */
        InputStream open() throws IOException;
    }

    private final Opener opener;
    private final @Nullable Path path;

    private MediaSource(Opener opener, @Nullable Path path) {
        this.opener = opener;
        this.path = path;
    }

    /**
     * A file on this machine.
     *
     * @param path the file; must be there, and stay as it is, until the message was sent
     * @return the source
     */
    public static MediaSource file(Path path) {
        requireNonNull(path, "path");
        return new MediaSource(() -> Files.newInputStream(path), path);
    }

    /**
     * Bytes in memory.
     *
     * @param bytes the whole file; copied
     * @return the source
     */
    public static MediaSource bytes(byte[] bytes) {
        byte[] copy = requireNonNull(bytes, "bytes").clone();
        return new MediaSource(() -> new ByteArrayInputStream(copy), null);
    }

    /**
     * A stream of the application, of any length.
     *
     * @param opener opens it
     * @return the source
     */
    public static MediaSource stream(Opener opener) {
        return new MediaSource(requireNonNull(opener, "opener"), null);
    }

    /**
     * Opens the source from its beginning. Blocks.
     *
     * @return a new stream, to be closed
     * @throws IOException if it cannot be opened
     */
    public InputStream open() throws IOException {
        return opener.open();
    }

    /**
     * The file, if that is what this is.
     *
     * @return the path, empty for bytes and streams
     */
    public Optional<Path> path() {
        return Optional.ofNullable(path);
    }

    /** Shows neither path nor content. */
    @Override
    public String toString() {
        return "MediaSource[" + (path == null ? "stream" : "file") + "]";
    }
}
