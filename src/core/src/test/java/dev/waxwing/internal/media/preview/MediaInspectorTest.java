package dev.waxwing.internal.media.preview;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures and recordings, good ones and such that are out to do harm; no ffmpeg is needed. */
final class MediaInspectorTest {

    private final MediaInspector inspector = MediaInspector.withPath("");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"jpeg", "png", "gif"})
    void givenPicture_whenInspected_thenDimensionsAndThumbnailAreFound(String format) throws Exception {
        Path file = write(encode(drawing(640, 480), format));

        MediaTraits traits = inspector.inspect(file, "x", PreviewKind.IMAGE);

        assertThat(traits.mimetype()).isEqualTo("image/" + format);
        assertThat(traits.size()).contains(new PixelSize(640, 480));
        BufferedImage small = decode(traits.jpegThumbnail().orElseThrow());
        assertThat(small.getWidth()).isEqualTo(32);
        assertThat(small.getHeight()).isEqualTo(24);
        // The drawing is red on its left and blue on its right.
        assertThat(new Color(small.getRGB(4, 12)).getRed()).isGreaterThan(180);
        assertThat(new Color(small.getRGB(27, 12)).getBlue()).isGreaterThan(180);
    }

    @Test
    void givenTransparentPicture_whenInspected_thenTheThumbnailIsOnWhite() throws Exception {
        Path file = write(encode(new BufferedImage(100, 100, BufferedImage.TYPE_INT_ARGB), "png"));

        byte[] thumbnail =
                inspector.inspect(file, "x", PreviewKind.IMAGE).jpegThumbnail().orElseThrow();

        assertThat(new Color(decode(thumbnail).getRGB(5, 5)).getRed()).isGreaterThan(240);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 31, 33})
    void givenTinyOrNarrowPicture_whenInspected_thenItHasAThumbnail(int side) throws Exception {
        Path small = write(encode(drawing(side, side), "png"));
        Path tall = write(encode(drawing(side, 3000), "png"));
        Path flat = write(encode(drawing(3000, side), "png"));

        for (Path file : new Path[] {small, tall, flat}) {
            byte[] thumbnail = inspector
                    .inspect(file, "x", PreviewKind.IMAGE)
                    .jpegThumbnail()
                    .orElseThrow();
            assertThat(decode(thumbnail).getWidth()).isEqualTo(32);
            assertThat(thumbnail).hasSizeLessThan(20_000);
        }
    }

    @Test
    void givenHeaderThatClaimsAHugePicture_whenInspected_thenItIsNotDecoded() throws Exception {
        Path file = write(png(60_000, 60_000, new byte[100]));

        MediaTraits traits = inspector.inspect(file, "x", PreviewKind.IMAGE);

        assertThat(traits.size()).contains(new PixelSize(60_000, 60_000));
        assertThat(traits.jpegThumbnail()).isEmpty();
    }

    @Test
    void givenHeaderWithImpossibleSides_whenInspected_thenOnlyTheTypeIsFound() throws Exception {
        Path file = write(png(Integer.MAX_VALUE, 3, new byte[100]));

        MediaTraits traits = inspector.inspect(file, "x", PreviewKind.IMAGE);

        assertThat(traits.mimetype()).isEqualTo("image/png");
        assertThat(traits.size()).isEmpty();
        assertThat(traits.jpegThumbnail()).isEmpty();
    }

    @Test
    void givenPictureThatUnpacksToAThousandTimesItsLength_whenInspected_thenItsThumbnailIsMade() throws Exception {
        int side = 4_000;
        byte[] bomb = png(side, side, new byte[side * (side + 1)]);
        Path file = write(bomb);

        MediaTraits traits = inspector.inspect(file, "x", PreviewKind.IMAGE);

        assertThat(bomb.length).isLessThan(side * side / 500);
        assertThat(traits.jpegThumbnail()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpeg", "png", "gif"})
    void givenPictureCutOffAnywhere_whenInspected_thenNothingIsThrown(String format) throws Exception {
        byte[] whole = encode(drawing(64, 64), format);
        for (int length = 0; length < whole.length; length += 1 + whole.length / 60) {
            Path file = write(Arrays.copyOf(whole, length));

            assertThat(inspector.inspect(file, "x", PreviewKind.IMAGE)).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpeg", "png", "gif"})
    void givenPictureWithWrongBytes_whenInspected_thenNothingIsThrown(String format) throws Exception {
        byte[] whole = encode(drawing(64, 64), format);
        for (int at = 0; at < whole.length; at += 1 + whole.length / 100) {
            byte[] wrong = whole.clone();
            wrong[at] ^= (byte) 0xff;
            Path file = write(wrong);

            assertThat(inspector.inspect(file, "x", PreviewKind.IMAGE)).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource(PreviewKind.class)
    void givenNoSuchFile_whenInspected_thenNothingIsFound(PreviewKind kind) {
        MediaTraits traits = inspector.inspect(folder.resolve("none"), "clip.mp4", kind);

        assertThat(traits.mimetype()).isEqualTo("video/mp4");
        assertThat(traits.size()).isEmpty();
        assertThat(traits.wholeSeconds()).isEmpty();
    }

    @Test
    void givenStickerFile_whenInspected_thenItsDimensionsComeFromItsHeader() throws Exception {
        Path file = write(new byte[] {
            'R', 'I', 'F', 'F', 22, 0, 0, 0, 'W', 'E', 'B', 'P', 'V', 'P', '8', 'X', 10, 0, 0, 0, 0, 0, 0, 0, -1, 1, 0,
            -1, 1, 0
        });

        MediaTraits traits = inspector.inspect(file, "x", PreviewKind.IMAGE);

        assertThat(traits.mimetype()).isEqualTo("image/webp");
        assertThat(traits.size()).contains(new PixelSize(512, 512));
    }

    @Test
    void givenVoiceNote_whenInspected_thenItsLastPageTellsTheDuration() throws Exception {
        ByteArrayOutputStream ogg = new ByteArrayOutputStream();
        ogg.write(page(0));
        ogg.write("OpusHead".getBytes(StandardCharsets.US_ASCII));
        ogg.write(new byte[] {1, 1, 0x38, 1, 0, 0, 0, 0, 0, 0, 0});
        ogg.write(page(48_000));
        ogg.write(new byte[100_000]);
        ogg.write(page(2 * 48_000 + 24_000 + 0x138));
        ogg.write(new byte[50]);

        MediaTraits traits = inspector.inspect(write(ogg.toByteArray()), "x", PreviewKind.VOICE_NOTE);

        assertThat(traits.mimetype()).isEqualTo("audio/ogg; codecs=opus");
        assertThat(traits.seconds()).hasValue(2.5);
        assertThat(traits.wholeSeconds()).contains(3);
        assertThat(traits.waveform()).isEmpty();
    }

    @Test
    void givenVoiceNoteOfImpossibleLength_whenInspected_thenThereIsNoDuration() throws Exception {
        ByteArrayOutputStream ogg = new ByteArrayOutputStream();
        ogg.write(page(Long.MAX_VALUE));
        ogg.write("OpusHead".getBytes(StandardCharsets.US_ASCII));
        ogg.write(new byte[11]);

        assertThat(inspector
                        .inspect(write(ogg.toByteArray()), "x", PreviewKind.AUDIO)
                        .wholeSeconds())
                .isEmpty();
    }

    @Test
    void givenProfilePicture_whenScaled_thenItIsTheSquareInTheMiddle() throws Exception {
        ProfilePicture picture =
                ProfilePicture.of(encode(drawing(1600, 800), "jpeg")).orElseThrow();

        BufferedImage image = decode(picture.image());
        assertThat(image.getWidth()).isEqualTo(640);
        assertThat(image.getHeight()).isEqualTo(640);
        assertThat(decode(picture.preview()).getWidth()).isEqualTo(96);
        assertThat(new Color(image.getRGB(100, 300)).getRed()).isGreaterThan(180);
        assertThat(new Color(image.getRGB(540, 300)).getBlue()).isGreaterThan(180);
    }

    @Test
    void givenNoPicture_whenScaledForAProfile_thenThereIsNone() throws Exception {
        assertThat(ProfilePicture.of("no picture".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
        assertThat(ProfilePicture.of(png(60_000, 60_000, new byte[10]))).isEmpty();
        assertThat(ProfilePicture.of(new byte[0])).isEmpty();
    }

    private static byte[] page(long granule) {
        return ByteBuffer.allocate(28)
                .put("OggS".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 0)
                .put((byte) 0)
                .putLong(Long.reverseBytes(granule))
                .array();
    }

    /** A grey PNG of which the header says what it likes. */
    private static byte[] png(int width, int height, byte[] rows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        ByteBuffer header = ByteBuffer.allocate(13);
        header.putInt(width).putInt(height).put((byte) 8);
        out.write(chunk("IHDR", header.array()));
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
            deflater.write(rows);
        }
        out.write(chunk("IDAT", packed.toByteArray()));
        out.write(chunk("IEND", new byte[0]));
        return out.toByteArray();
    }

    private static byte[] chunk(String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        return ByteBuffer.allocate(12 + data.length)
                .putInt(data.length)
                .put(name)
                .put(data)
                .putInt((int) crc.getValue())
                .array();
    }

    private static BufferedImage drawing(int width, int height) {
        BufferedImage drawing = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = drawing.createGraphics();
        pen.setColor(Color.RED);
        pen.fillRect(0, 0, width / 2, height);
        pen.setColor(Color.BLUE);
        pen.fillRect(width / 2, 0, width - width / 2, height);
        pen.dispose();
        return drawing;
    }

    private static byte[] encode(BufferedImage picture, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(picture, format, out)).isTrue();
        return out.toByteArray();
    }

    private static BufferedImage decode(byte[] jpeg) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(jpeg));
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(Files.createTempFile(folder, "file", ""), bytes);
    }
}
