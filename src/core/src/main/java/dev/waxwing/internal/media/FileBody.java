package dev.waxwing.internal.media;

import dev.waxwing.error.MediaFileException;
import dev.waxwing.internal.transport.HttpBody;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongConsumer;

/** The rest of a file, as the body of a request. */
final class FileBody implements HttpBody, Closeable {

    private static final int PIECE_BYTES = 128 * 1024;

    private final SeekableByteChannel channel;
    private final long length;
    private final long from;
    private final LongConsumer progress;
    private long sent;

    /**
     * @param from how much of it is there already
     * @param progress told how many bytes of the whole file are on their way
     */
    FileBody(Path path, long from, long to, LongConsumer progress) {
        this.from = from;
        this.length = to - from;
        this.progress = progress;
        try {
            channel = Files.newByteChannel(path);
            channel.position(from);
        } catch (IOException e) {
            throw new MediaFileException("reading the encrypted file", e);
        }
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public byte[] next() throws IOException {
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, length - sent));
        while (piece.hasRemaining()) {
            if (channel.read(piece) < 0) {
                throw new MediaFileException("reading the encrypted file, which became shorter,", null);
            }
        }
        sent += piece.position();
        progress.accept(from + sent);
        return Arrays.copyOf(piece.array(), piece.position());
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It was only read.
        }
    }
}
