package dev.waxwing.internal.binary;

import dev.waxwing.error.ProtocolViolationException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates the zlib stream of a compressed frame within bounds: a few kilobytes can otherwise grow to gigabytes. The
 * checksum and the end of the stream are checked.
 */
final class FrameInflater {

    /** The most that a frame may grow to, in bytes (bound as in whatsapp-rust). */
    static final int MAX_BYTES = 16 << 20;

    /** Up to here any ratio is harmless, and short frames of one repeated byte reach hundreds. */
    static final int FREE_BYTES = 1 << 20;

    /** Above {@link #FREE_BYTES} a frame may not grow by more: lists of addresses stay under 20. */
    static final int MAX_RATIO = 100;

    private static final int FIRST_BYTES = 4096;

    private FrameInflater() {}

    static byte[] inflate(byte[] bytes, int offset, int length) {
        int limit = (int) Math.min(MAX_BYTES, Math.max(FREE_BYTES, (long) MAX_RATIO * length));
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(bytes, offset, length);
            byte[] inflated = new byte[Math.min(limit, Math.max(FIRST_BYTES, 4 * length))];
            int size = 0;
            while (true) {
                size += inflater.inflate(inflated, size, inflated.length - size);
                if (inflater.finished()) {
                    break;
                }
                if (size == inflated.length) {
                    if (size >= limit) {
                        // One more byte than allowed tells "exactly full" from "too long".
                        if (inflater.inflate(new byte[1]) == 0 && inflater.finished()) {
                            break;
                        }
                        throw new ProtocolViolationException(
                                "compressed frame of " + length + " bytes grows beyond " + limit + " bytes");
                    }
                    inflated = Arrays.copyOf(inflated, (int) Math.min(limit, 2L * size));
                } else if (inflater.needsDictionary()) {
                    throw new ProtocolViolationException("compressed frame needs a preset dictionary");
                } else if (inflater.needsInput()) {
                    throw new ProtocolViolationException(
                            "compressed frame ends inside its zlib stream, at byte " + length);
                }
            }
            if (inflater.getRemaining() > 0) {
                throw new ProtocolViolationException(
                        "compressed frame has " + inflater.getRemaining() + " bytes behind its zlib stream");
            }
            return size == inflated.length ? inflated : Arrays.copyOf(inflated, size);
        } catch (DataFormatException e) {
            throw new ProtocolViolationException("compressed frame is no zlib stream: " + e.getMessage(), e);
        } finally {
            inflater.end();
        }
    }
}
