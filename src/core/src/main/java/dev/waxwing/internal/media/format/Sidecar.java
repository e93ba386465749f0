package dev.waxwing.internal.media.format;

import dev.waxwing.internal.crypto.RunningHash;
import java.io.ByteArrayOutputStream;

/**
 * Authenticates a file piece by piece, so that a receiver can play what has come so far (06, section 4): over IV,
 * ciphertext and MAC, a shortened HMAC for each 64 KiB together with the 16 bytes after it. Not thread-safe.
 */
final class Sidecar {

    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int OVERLAP_BYTES = 16;

    private final RunningHash mac;
    private final byte[] chunk = new byte[CHUNK_BYTES + OVERLAP_BYTES];
    private final ByteArrayOutputStream macs = new ByteArrayOutputStream();
    private int filled;

    Sidecar(MediaKeys keys) {
        mac = RunningHash.hmacSha256(keys.macKey());
        update(keys.iv(), 0, keys.iv().length);
    }

    void update(byte[] bytes, int from, int length) {
        int at = from;
        int left = length;
        while (left > 0) {
            int step = Math.min(left, chunk.length - filled);
            System.arraycopy(bytes, at, chunk, filled, step);
            filled += step;
            at += step;
            left -= step;
            if (filled == chunk.length) {
                authenticate();
                System.arraycopy(chunk, CHUNK_BYTES, chunk, 0, OVERLAP_BYTES);
                filled = OVERLAP_BYTES;
            }
        }
    }

    private void authenticate() {
        mac.update(chunk, 0, filled);
        macs.write(mac.finish(), 0, MediaFormat.MAC_BYTES);
    }

    /** The overlap of the last whole chunk is a chunk of its own, since data does not end on its edge. */
    byte[] finish() {
        if (filled > 0) {
            authenticate();
        }
        filled = 0;
        return macs.toByteArray();
    }
}
