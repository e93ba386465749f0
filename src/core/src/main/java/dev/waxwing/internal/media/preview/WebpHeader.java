package dev.waxwing.internal.media.preview;

import java.util.Optional;

/**
 * Reads the dimensions out of the beginning of a WebP file, which ImageIO does not know. Layout: RFC 9649, sections 2.4
 * to 2.7.
 */
final class WebpHeader {

    private static final int CHUNK = 12;
    private static final int DATA = 20;
    private static final int ENOUGH = 30;

    private WebpHeader() {}

    /**
     * The dimensions.
     *
     * @param head how the file begins, 30 bytes at least
     * @return nothing if it is no WebP, or ends early
     */
    static Optional<PixelSize> size(byte[] head) {
        if (head.length < ENOUGH || !is(head, 0, "RIFF") || !is(head, 8, "WEBP")) {
            return Optional.empty();
        }
        if (is(head, CHUNK, "VP8X")) {
            return size(1 + littleEndian(head, DATA + 4, 3), 1 + littleEndian(head, DATA + 7, 3));
        }
        if (is(head, CHUNK, "VP8L") && head[DATA] == 0x2f) {
            int bits = littleEndian(head, DATA + 1, 4);
            return size(1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff));
        }
        // Three bytes of the frame's tag, then its start code.
        boolean isKeyFrame = is(head, CHUNK, "VP8 ") && littleEndian(head, DATA + 3, 3) == 0x2a019d;
        return isKeyFrame
                ? size(littleEndian(head, DATA + 6, 2) & 0x3fff, littleEndian(head, DATA + 8, 2) & 0x3fff)
                : Optional.empty();
    }

    /** Whether it says of itself that it moves. */
    static boolean isAnimated(byte[] head) {
        return size(head).isPresent() && is(head, CHUNK, "VP8X") && (head[DATA] & 2) != 0;
    }

    private static Optional<PixelSize> size(int width, int height) {
        return PixelSize.isPossible(width, height) ? Optional.of(new PixelSize(width, height)) : Optional.empty();
    }

    private static boolean is(byte[] head, int at, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (head[at + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int littleEndian(byte[] head, int at, int bytes) {
        int value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = (value << 8) | (head[at + i] & 0xff);
        }
        return value;
    }
}
