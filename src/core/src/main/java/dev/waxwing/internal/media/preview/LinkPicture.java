package dev.waxwing.internal.media.preview;

import java.io.ByteArrayInputStream;
import java.util.Optional;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** The picture of a link's page, as small as messages carry it. */
public final class LinkPicture {

    private static final int WIDTH = 192;
    private static final float QUALITY = 0.5f;

    private LinkPicture() {}

    /**
     * Scales a picture. A worker: it takes some 100 ms.
     *
     * @param picture JPEG, PNG or GIF
     * @return JPEG of 192 pixels' width; nothing if it cannot be read, or has more than 64 million pixels
     */
    public static Optional<byte[]> jpeg(byte[] picture) {
        return Pictures.scaled(
                        new MemoryCacheImageInputStream(new ByteArrayInputStream(picture)),
                        Mimetypes.of(picture, ""),
                        Pictures.Crop.NONE,
                        WIDTH)
                .map(small -> Pictures.jpeg(small, QUALITY));
    }
}
