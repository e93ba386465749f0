package dev.waxwing.internal.media.format;

import dev.waxwing.error.MediaFileException;
import dev.waxwing.error.MediaTooLargeException;
import dev.waxwing.internal.crypto.RunningHash;
import dev.waxwing.model.content.MediaSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Hashes a source in steps, so that a long one delays nothing and can be given up. */
public final class ContentHash {

    private final InputStream source;
    private final long mostBytes;
    private final Executor executor;
    private final RunningHash hash = RunningHash.sha256();
    private final byte[] piece = new byte[MediaFormat.PIECE_BYTES];
    private final CompletableFuture<byte[]> result = new CompletableFuture<>();
    private long length;

    private ContentHash(InputStream source, long mostBytes, Executor executor) {
        this.source = source;
        this.mostBytes = mostBytes;
        this.executor = executor;
    }

    /**
     * Begins to hash; called where blocking is allowed.
     *
     * @param source what is hashed
     * @param mostBytes how long the source may be
     * @param executor runs the steps
     * @return completes with the SHA-256
     */
    public static CompletableFuture<byte[]> start(MediaSource source, long mostBytes, Executor executor) {
        try {
            ContentHash hash = new ContentHash(source.open(), mostBytes, executor);
            hash.step();
            return hash.result;
        } catch (IOException e) {
            return CompletableFuture.failedFuture(new MediaFileException("reading the file to send", e));
        }
    }

    private void step() {
        try {
            if (result.isDone()) {
                source.close();
                return;
            }
            int read = source.readNBytes(piece, 0, piece.length);
            hash.update(piece, 0, read);
            length += read;
            if (length > mostBytes) {
                throw new MediaTooLargeException("file to send", mostBytes);
            }
            if (read < piece.length) {
                source.close();
                result.complete(hash.finish());
            } else {
                executor.execute(this::step);
            }
        } catch (IOException e) {
            fail(new MediaFileException("reading the file to send", e));
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void fail(RuntimeException reason) {
        try {
            source.close();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
        result.completeExceptionally(reason);
    }
}
