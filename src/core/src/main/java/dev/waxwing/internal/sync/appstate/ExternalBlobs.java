package dev.waxwing.internal.sync.appstate;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.proto.serversync.ExternalBlobReference;
import java.util.concurrent.CompletableFuture;

/** Brings what is too large for a stanza: snapshots and long patches, which lie as encrypted files on media servers. */
@FunctionalInterface
public interface ExternalBlobs {

    /** The largest file that is taken, in the clear. */
    int MOST_BYTES = 64 << 20;

    /**
     * Downloads and decrypts a file of the media type {@code md-app-state}.
     *
     * @param reference where it lies, and by which key it is encrypted
     * @param mostBytes how long it may be, in the clear
     * @return the bytes, whose hashes were found right; fails with {@link ProtocolViolationException} if they are not,
     *     or if there are more
     */
    CompletableFuture<byte[]> download(ExternalBlobReference reference, int mostBytes);

    /**
     * Downloads a file, if it says that it is not too long.
     *
     * @param reference where it lies
     * @return as {@link #download(ExternalBlobReference, int)}
     */
    default CompletableFuture<byte[]> download(ExternalBlobReference reference) {
        if (reference.getFileSizeBytes() < 0 || reference.getFileSizeBytes() > MOST_BYTES) {
            return CompletableFuture.failedFuture(
                    new ProtocolViolationException("a file of " + reference.getFileSizeBytes() + " bytes"));
        }
        return download(reference, MOST_BYTES);
    }
}
