package dev.waxwing.testkit.area.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;

/**
 * Bytes on the disk. The file is deleted while it is open where the system can do that, so that a server that is killed
 * leaves nothing.
 */
final class MediaFile implements AutoCloseable {

    private final FileChannel channel;
    private long length;

    MediaFile() {
        try {
            this.channel = FileChannel.open(
                    Files.createTempFile("waxwing-media-", ".bin"),
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long length() {
        return length;
    }

    void append(byte[] piece) {
        ByteBuffer left = ByteBuffer.wrap(piece);
        try {
            while (left.hasRemaining()) {
                length += channel.write(left, length);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As many bytes from a place on as there are, up to a number. */
    byte[] read(long at, int atMost) {
        ByteBuffer piece = ByteBuffer.allocate((int) Math.max(0, Math.min(atMost, length - at)));
        try {
            while (piece.hasRemaining()) {
                if (channel.read(piece, at + piece.position()) < 0) {
                    throw new IOException("the file is shorter than " + length);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return piece.array();
    }

    void cutTo(long newLength) {
        length = Math.min(length, newLength);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
