package dev.waxwing.internal.media.preview;

/**
 * Dimensions of a picture.
 *
 * @param width in pixels, 1 or more
 * @param height in pixels, 1 or more
 */
public record PixelSize(int width, int height) {

    /** What no picture that a phone shows exceeds on one side; containers claim what they like. */
    static final int MAX_SIDE = 65_535;

    /**
     * Requires a picture.
     *
     * @param width in pixels, 1 or more
     * @param height in pixels, 1 or more
     */
    public PixelSize {
        if (!isPossible(width, height)) {
            throw new IllegalArgumentException(
                    "sides must be 1 to " + MAX_SIDE + " but were " + width + " and " + height);
        }
    }

    static boolean isPossible(long width, long height) {
        return width >= 1 && height >= 1 && width <= MAX_SIDE && height <= MAX_SIDE;
    }

    long pixels() {
        return (long) width * height;
    }
}
