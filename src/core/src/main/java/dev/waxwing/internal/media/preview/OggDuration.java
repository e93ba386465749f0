package dev.waxwing.internal.media.preview;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * How long a recording by Opus in Ogg plays, as voice notes are: the last page says how many samples there are (RFC
 * 7845, section 4).
 */
final class OggDuration {

    private static final byte[] PAGE = "OggS".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OPUS = "OpusHead".getBytes(StandardCharsets.US_ASCII);
    private static final int GRANULE = 6;
    private static final int PAGE_HEADER = 27;
    private static final int PRE_SKIP = 10;
    private static final double SAMPLES_PER_SECOND = 48_000;
    private static final double LONGEST_SECONDS = 7 * 24 * 3600;

    /** The longest page there is. */
    private static final int TAIL_BYTES = 65_307;

    private OggDuration() {}

    /**
     * The duration.
     *
     * @param head how the file begins
     * @param file where it is
     * @return seconds; nothing if it is no Opus, or cannot be read
     */
    static OptionalDouble seconds(byte[] head, Path file) {
        int opus = find(head, OPUS, 0);
        if (opus < 0 || opus + PRE_SKIP + 2 > head.length) {
            return OptionalDouble.empty();
        }
        int preSkip = littleEndian(head).getShort(opus + PRE_SKIP) & 0xffff;
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            byte[] tail = new byte[(int) Math.min(TAIL_BYTES, in.length())];
            in.seek(in.length() - tail.length);
            in.readFully(tail);
            double seconds = (lastGranule(tail) - preSkip) / SAMPLES_PER_SECOND;
            return seconds > 0 && seconds < LONGEST_SECONDS ? OptionalDouble.of(seconds) : OptionalDouble.empty();
        } catch (IOException e) {
            return OptionalDouble.empty();
        }
    }

    private static long lastGranule(byte[] tail) {
        long last = 0;
        int at = find(tail, PAGE, 0);
        while (at >= 0 && at + PAGE_HEADER <= tail.length) {
            last = Math.max(last, littleEndian(tail).getLong(at + GRANULE));
            at = find(tail, PAGE, at + 1);
        }
        return last;
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int find(byte[] bytes, byte[] wanted, int from) {
        for (int i = from; i + wanted.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }
}
