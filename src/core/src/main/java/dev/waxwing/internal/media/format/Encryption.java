package dev.waxwing.internal.media.format;

import dev.waxwing.error.MediaFileException;
import dev.waxwing.error.MediaTooLargeException;
import dev.waxwing.internal.crypto.CbcStream;
import dev.waxwing.internal.crypto.RunningHash;
import dev.waxwing.internal.threads.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Encrypts one stream into a file, in constant memory and in steps: each encrypts one piece, while the hashes of the
 * piece before are computed beside it.
 */
public final class Encryption {

    private final InputStream source;
    private final Path path;
    private final OutputStream target;
    private final CbcStream cipher;
    private final long mostBytes;
    private final Executor executor;
    private final HashLane plainHash;
    private final HashLane fileHash;
    private final HashLane mac;
    private final Piece[] pieces = {new Piece(), new Piece()};
    private final Sidecar sidecar;
    private final boolean withSidecar;
    private final CompletableFuture<EncryptedFile> result = new CompletableFuture<>();
    private CompletableFuture<Void> sidecarTaken = CompletableFuture.completedFuture(null);
    private int turn;
    private long plainLength;
    private long length;

    private Encryption(
            InputStream source,
            Path path,
            OutputStream target,
            MediaKeys keys,
            boolean withSidecar,
            long mostBytes,
            Executor executor) {
        this.source = source;
        this.path = path;
        this.target = target;
        this.withSidecar = withSidecar;
        this.mostBytes = mostBytes;
        this.executor = executor;
        cipher = CbcStream.encrypting(keys.cipherKey(), keys.iv());
        plainHash = new HashLane(RunningHash.sha256(), executor);
        fileHash = new HashLane(RunningHash.sha256(), executor);
        RunningHash authenticated = RunningHash.hmacSha256(keys.macKey());
        authenticated.update(keys.iv(), 0, keys.iv().length);
        mac = new HashLane(authenticated, executor);
        sidecar = new Sidecar(keys);
    }

    /** A step's buffers, and when they are free again. */
    private static final class Piece {
        final byte[] plain = new byte[MediaFormat.PIECE_BYTES];
        final byte[] encrypted = new byte[MediaFormat.PIECE_BYTES + 2 * CbcStream.MOST_EXTRA_BYTES];
        CompletableFuture<Void> free = CompletableFuture.completedFuture(null);
    }

    /**
     * Begins to encrypt.
     *
     * @param source what is encrypted; closed at the end
     * @param target the file to write
     * @param keys the keys
     * @param withSidecar whether the sidecar is wanted, which costs as much as a hash
     * @param mostBytes how long the source may be
     * @param executor runs the steps
     * @return completes with the file; if it fails or is cancelled, what was written is left to the caller
     */
    public static CompletableFuture<EncryptedFile> start(
            InputStream source, Path target, MediaKeys keys, boolean withSidecar, long mostBytes, Executor executor) {
        Encryption encryption;
        try {
            encryption = new Encryption(
                    source, target, Files.newOutputStream(target), keys, withSidecar, mostBytes, executor);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(new MediaFileException("writing the encrypted file", e));
        }
        encryption.result.whenComplete((file, failure) -> encryption.close());
        encryption.next(CompletableFuture.completedFuture(null));
        return encryption.result;
    }

    private void next(CompletableFuture<Void> after) {
        after.whenComplete((done, failure) -> {
            if (failure != null) {
                result.completeExceptionally(Failures.unwrap(failure));
                return;
            }
            try {
                executor.execute(this::step);
            } catch (RejectedExecutionException e) {
                result.completeExceptionally(e);
            }
        });
    }

    private void step() {
        if (result.isDone()) {
            return;
        }
        try {
            Piece piece = pieces[turn];
            turn ^= 1;
            int read = read(piece);
            boolean isLast = read < piece.plain.length;
            int encrypted = cipher.update(piece.plain, 0, read, piece.encrypted);
            if (isLast) {
                byte[] rest = new byte[CbcStream.MOST_EXTRA_BYTES];
                int more = cipher.finish(rest);
                System.arraycopy(rest, 0, piece.encrypted, encrypted, more);
                encrypted += more;
            }
            piece.free = hash(piece, read, encrypted);
            write(piece.encrypted, encrypted);
            if (isLast) {
                whenHashed();
            } else {
                next(pieces[turn].free);
            }
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    private int read(Piece piece) {
        int read;
        try {
            read = source.readNBytes(piece.plain, 0, piece.plain.length);
        } catch (IOException e) {
            throw new MediaFileException("reading the file to send", e);
        }
        plainLength += read;
        if (plainLength > mostBytes) {
            throw new MediaTooLargeException("file to send", mostBytes);
        }
        return read;
    }

    private CompletableFuture<Void> hash(Piece piece, int read, int encrypted) {
        if (withSidecar) {
            sidecarTaken = sidecarTaken.thenRunAsync(() -> sidecar.update(piece.encrypted, 0, encrypted), executor);
        }
        return CompletableFuture.allOf(
                plainHash.take(piece.plain, 0, read),
                mac.take(piece.encrypted, 0, encrypted),
                fileHash.take(piece.encrypted, 0, encrypted),
                sidecarTaken);
    }

    private void write(byte[] bytes, int count) {
        try {
            target.write(bytes, 0, count);
        } catch (IOException e) {
            throw new MediaFileException("writing the encrypted file", e);
        }
        length += count;
    }

    private void whenHashed() {
        CompletableFuture.allOf(pieces[0].free, pieces[1].free).whenComplete((done, failure) -> {
            if (failure != null) {
                result.completeExceptionally(Failures.unwrap(failure));
                return;
            }
            try {
                finish();
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
    }

    private void finish() {
        byte[] mac10 = Arrays.copyOf(mac.finish(), MediaFormat.MAC_BYTES);
        write(mac10, mac10.length);
        if (withSidecar) {
            sidecar.update(mac10, 0, mac10.length);
        }
        try {
            target.close();
        } catch (IOException e) {
            throw new MediaFileException("writing the encrypted file", e);
        }
        result.complete(new EncryptedFile(
                path,
                length,
                plainLength,
                plainHash.finish(),
                fileHash.finish(mac10),
                withSidecar ? sidecar.finish() : new byte[0]));
    }

    private void close() {
        try (source;
                target) {
            // Both are closed, whatever became of them.
        } catch (IOException e) {
            // What mattered was written before, or nobody wants it.
        }
    }
}
