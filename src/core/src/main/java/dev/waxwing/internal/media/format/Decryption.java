package dev.waxwing.internal.media.format;

import dev.waxwing.error.MediaCorruptedException;
import dev.waxwing.error.MediaCorruptedException.Fault;
import dev.waxwing.error.MediaFileException;
import dev.waxwing.error.MediaTooLargeException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.CbcStream;
import dev.waxwing.internal.crypto.ConstantTime;
import dev.waxwing.internal.crypto.RunningHash;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Decrypts one file that comes in pieces, in constant memory, and judges it at the end: what was written before is not
 * to be trusted until {@link #finish} has completed. Pieces are given one at a time, each after the future of the one
 * before.
 */
public final class Decryption {

    private final Expectation expected;
    private final OutputStream target;
    private final Executor executor;
    private final CbcStream cipher;
    private final HashLane fileHash;
    private final HashLane mac;
    private final RunningHash plainHash = RunningHash.sha256();
    private final byte[] held = new byte[MediaFormat.MAC_BYTES];
    private final long mostReceived;
    private byte[] plain = new byte[0];
    private int heldBytes;
    private long received;
    private long plainLength;
    private CompletableFuture<Void> decrypted = CompletableFuture.completedFuture(null);
    private CompletableFuture<Void> before = CompletableFuture.completedFuture(null);

    /**
     * What a message says of its file.
     *
     * @param sha256 hash of the file itself; empty if it does not say
     * @param encSha256 hash of the encrypted form; empty if it does not say
     * @param length length of the file itself; 0 if it does not say
     * @param mostBytes how long it may be
     */
    public record Expectation(byte[] sha256, byte[] encSha256, long length, long mostBytes) {}

    /**
     * Begins with nothing.
     *
     * @param keys the keys
     * @param expected what the message says
     * @param target takes what is decrypted, on the executor; not closed
     * @param executor runs the steps
     */
    public Decryption(MediaKeys keys, Expectation expected, OutputStream target, Executor executor) {
        this.expected = expected;
        this.target = target;
        this.executor = executor;
        cipher = CbcStream.decrypting(keys.cipherKey(), keys.iv());
        fileHash = new HashLane(RunningHash.sha256(), executor);
        RunningHash authenticated = RunningHash.hmacSha256(keys.macKey());
        authenticated.update(keys.iv(), 0, keys.iv().length);
        mac = new HashLane(authenticated, executor);
        mostReceived = MediaFormat.encryptedLength(expected.length > 0 ? expected.length : expected.mostBytes);
    }

    /**
     * How much was given so far.
     *
     * @return bytes of the encrypted form
     */
    public long received() {
        return received;
    }

    /**
     * Refuses a file by what the host says of its length, before any of it is taken.
     *
     * @param announced length of the encrypted form
     * @throws MediaCorruptedException if it cannot be the file of the message
     * @throws MediaTooLargeException if the file is longer than it may be
     */
    public void requireLength(long announced) {
        if (expected.length > 0 && announced != mostReceived) {
            throw new MediaCorruptedException(
                    Fault.LENGTH, announced + " bytes are offered where " + mostReceived + " were uploaded", null);
        }
        if (announced > mostReceived) {
            throw new MediaTooLargeException("download", expected.mostBytes);
        }
    }

    /**
     * Takes a piece.
     *
     * @param piece some bytes, not changed afterwards
     * @return completes when the next may come, which is when the one before this is done with
     */
    public CompletableFuture<Void> take(byte[] piece) {
        received += piece.length;
        if (received > mostReceived) {
            return CompletableFuture.failedFuture(
                    expected.length > 0
                            ? new MediaCorruptedException(
                                    Fault.LENGTH, "more than " + mostReceived + " bytes come", null)
                            : new MediaTooLargeException("download", expected.mostBytes));
        }
        byte[] data = withHeld(piece);
        int ciphertext = Math.max(0, data.length - MediaFormat.MAC_BYTES);
        heldBytes = data.length - ciphertext;
        System.arraycopy(data, ciphertext, held, 0, heldBytes);
        decrypted = decrypted.thenRunAsync(() -> decrypt(data, ciphertext), executor);
        CompletableFuture<Void> done = CompletableFuture.allOf(
                fileHash.take(piece, 0, piece.length), mac.take(data, 0, ciphertext), decrypted);
        CompletableFuture<Void> previous = before;
        before = done;
        return previous;
    }

    /** The last bytes may be the MAC, so they wait for the next piece. */
    private byte[] withHeld(byte[] piece) {
        byte[] data = new byte[heldBytes + piece.length];
        System.arraycopy(held, 0, data, 0, heldBytes);
        System.arraycopy(piece, 0, data, heldBytes, piece.length);
        return data;
    }

    private void decrypt(byte[] data, int count) {
        if (plain.length < count + CbcStream.MOST_EXTRA_BYTES) {
            plain = new byte[Math.max(count, MediaFormat.PIECE_BYTES) + 2 * CbcStream.MOST_EXTRA_BYTES];
        }
        write(cipher.update(data, 0, count, plain));
    }

    private void write(int count) {
        plainLength += count;
        plainHash.update(plain, 0, count);
        try {
            target.write(plain, 0, count);
        } catch (IOException e) {
            throw new MediaFileException("writing what is downloaded", e);
        }
    }

    /**
     * Ends the file and checks it: MAC, hash of the encrypted form, padding, length, hash of the content.
     *
     * @return completes with the length of the file itself; fails with {@link MediaCorruptedException} if it is not the
     *     one that the message tells of
     */
    public CompletableFuture<Long> finish() {
        return before.thenApplyAsync(
                done -> {
                    if (received < MediaFormat.encryptedLength(0)) {
                        throw new MediaCorruptedException(Fault.LENGTH, "only " + received + " bytes came", null);
                    }
                    if (expected.length > 0 && received != mostReceived) {
                        throw new MediaCorruptedException(
                                Fault.LENGTH, received + " bytes came where " + mostReceived + " were uploaded", null);
                    }
                    requireHash(Fault.ENCRYPTED_HASH, expected.encSha256, fileHash.finish());
                    if (!ConstantTime.equal(Arrays.copyOf(mac.finish(), MediaFormat.MAC_BYTES), held)) {
                        throw new MediaCorruptedException(Fault.MAC, "the authentication code does not fit", null);
                    }
                    end();
                    requireHash(Fault.CONTENT_HASH, expected.sha256, plainHash.finish());
                    return plainLength;
                },
                executor);
    }

    private void end() {
        if (plain.length < CbcStream.MOST_EXTRA_BYTES) {
            plain = new byte[CbcStream.MOST_EXTRA_BYTES];
        }
        try {
            write(cipher.finish(plain));
        } catch (ProtocolViolationException e) {
            throw new MediaCorruptedException(Fault.LENGTH, "the last block has no valid padding", e);
        }
        if (expected.length > 0 && plainLength != expected.length) {
            throw new MediaCorruptedException(
                    Fault.LENGTH, "it holds " + plainLength + " bytes and not " + expected.length, null);
        }
    }

    private static void requireHash(Fault fault, byte[] expected, byte[] actual) {
        if (expected.length > 0 && !ConstantTime.equal(expected, actual)) {
            throw new MediaCorruptedException(fault, "the SHA-256 is another", null);
        }
    }
}
