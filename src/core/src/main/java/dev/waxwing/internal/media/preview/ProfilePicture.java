package dev.waxwing.internal.media.preview;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Optional;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A picture of an account or a group as it is uploaded: the square in the middle, at most 640 pixels wide, with a
 * preview of 96.
 *
 * @param image JPEG; shared, not copied
 * @param preview JPEG; shared, not copied
 */
public record ProfilePicture(byte[] image, byte[] preview) {

    private static final int SIDE = 640;
    private static final int PREVIEW_SIDE = 96;

    /** Peers use one half; what is seen large deserves more, and 640 pixels stay well below 100 kB. */
    private static final float QUALITY = 0.8f;

    /**
     * Makes one of any picture. A worker: it takes some 100 ms.
     *
     * @param picture JPEG, PNG or GIF
     * @return nothing if it cannot be read, or has more than 64 million pixels
     */
    public static Optional<ProfilePicture> of(byte[] picture) {
        String mimetype = Mimetypes.of(picture, "");
        return Pictures.scaled(
                        new MemoryCacheImageInputStream(new ByteArrayInputStream(picture)),
                        mimetype,
                        Pictures.Crop.SQUARE,
                        SIDE)
                .map(ProfilePicture::of);
    }

    private static ProfilePicture of(BufferedImage square) {
        return new ProfilePicture(
                Pictures.jpeg(square, QUALITY), Pictures.jpeg(Pictures.scaled(square, PREVIEW_SIDE), QUALITY));
    }
}
