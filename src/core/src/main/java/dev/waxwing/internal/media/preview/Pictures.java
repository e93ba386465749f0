package dev.waxwing.internal.media.preview;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads, scales and writes pictures by ImageIO. A picture is decoded only after its dimensions were read and found
 * bearable, and only as many of its pixels as the result needs are kept, so that a small file that claims a huge picture
 * costs little.
 */
final class Pictures {

    private static final Logger LOG = LoggerFactory.getLogger(Pictures.class);

    /** What a large camera makes; a progressive JPEG of that size takes some 400 MB outside the heap for a moment. */
    private static final long MAX_PIXELS = 64_000_000;

    /** A thumbnail of a very tall picture is squeezed, not as tall as that. */
    private static final int MAX_TALL = 8;

    /** By type: those of ImageIO that read a file of any claims in bounded memory; those for TIFF and BMP do not. */
    private static final Map<String, String> READERS =
            Map.of("image/jpeg", "jpeg", "image/png", "png", "image/gif", "gif");

    private Pictures() {}

    /** Whether pictures of a type can be read. */
    static boolean reads(String mimetype) {
        return READERS.containsKey(mimetype);
    }

    /**
     * The dimensions.
     *
     * @param in from its beginning; not closed
     * @param mimetype of what is in it
     * @return nothing if it cannot be read
     */
    static Optional<PixelSize> size(ImageInputStream in, String mimetype) {
        return reading(in, mimetype, Pictures::sizeOf);
    }

    /**
     * A smaller picture, of a part.
     *
     * @param in from its beginning; not closed
     * @param mimetype of what is in it
     * @param crop chooses the part
     * @param width of the result, in pixels; the height follows from the part
     * @return without transparency; nothing if the picture cannot be read or is too large
     */
    static Optional<BufferedImage> scaled(ImageInputStream in, String mimetype, Crop crop, int width) {
        return reading(in, mimetype, reader -> scaled(reader, crop, width));
    }

    /** Chooses a part of a picture. */
    @FunctionalInterface
    interface Crop {
        Crop NONE = size -> new Rectangle(size.width(), size.height());

        Crop SQUARE = size -> {
            int side = Math.min(size.width(), size.height());
            return new Rectangle((size.width() - side) / 2, (size.height() - side) / 2, side, side);
        };

        Rectangle of(PixelSize size);
    }

    @FunctionalInterface
    private interface Reading<T> {
        @Nullable
        T read(ImageReader reader) throws IOException;
    }

    private static <T> Optional<T> reading(ImageInputStream in, String mimetype, Reading<T> reading) {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(READERS.getOrDefault(mimetype, ""));
        if (!readers.hasNext()) {
            return Optional.empty();
        }
        ImageReader reader = readers.next();
        try {
            // Metadata is left alone: compressed text in it would be unpacked without a limit.
            reader.setInput(in, true, true);
            return Optional.ofNullable(reading.read(reader));
        } catch (IOException | RuntimeException e) {
            // The readers throw what they like at a damaged file.
            LOG.debug("A picture of type {} cannot be read", mimetype, e);
            return Optional.empty();
        } finally {
            reader.dispose();
        }
    }

    private static @Nullable PixelSize sizeOf(ImageReader reader) throws IOException {
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        return PixelSize.isPossible(width, height) ? new PixelSize(width, height) : null;
    }

    private static @Nullable BufferedImage scaled(ImageReader reader, Crop crop, int width) throws IOException {
        PixelSize size = sizeOf(reader);
        if (size == null || size.pixels() > MAX_PIXELS) {
            return null;
        }
        Rectangle part = crop.of(size);
        ImageReadParam param = reader.getDefaultReadParam();
        param.setSourceRegion(part);
        // Every n-th pixel, but twice as many as are needed: the rest is averaged.
        int every = Math.max(1, part.width / (2 * width));
        param.setSourceSubsampling(every, Math.min(every, part.height), 0, 0);
        BufferedImage coarse = reader.read(0, param);
        int height = Math.max(1, Math.min(width * MAX_TALL, Math.round((float) width * part.height / part.width)));
        return draw(coarse, width, height);
    }

    private static BufferedImage draw(BufferedImage picture, int width, int height) {
        BufferedImage drawn = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = drawn.createGraphics();
        try {
            pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            pen.drawImage(picture, 0, 0, width, height, Color.WHITE, null);
        } finally {
            pen.dispose();
        }
        return drawn;
    }

    /** Makes a smaller one of a picture that is in memory. */
    static BufferedImage scaled(BufferedImage picture, int width) {
        return draw(picture, width, Math.max(1, picture.getHeight() * width / picture.getWidth()));
    }

    /**
     * Encodes a picture.
     *
     * @param picture without transparency
     * @param quality above 0, up to 1
     * @return JPEG
     */
    static byte[] jpeg(BufferedImage picture, float quality) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionQuality(quality);
            writer.write(null, new IIOImage(picture, null, null), param);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
