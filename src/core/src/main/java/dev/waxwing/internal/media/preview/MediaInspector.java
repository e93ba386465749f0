package dev.waxwing.internal.media.preview;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at files that are to be sent. Thread-safe; every call blocks on the disk and may take seconds, so it belongs on a
 * worker. A file that is damaged, strange or hostile gives less, never an exception.
 */
public final class MediaInspector {

    private static final Logger LOG = LoggerFactory.getLogger(MediaInspector.class);

    /** As peers make it: what matters is that the message stays small. */
    private static final int THUMBNAIL_WIDTH = 32;

    private static final float THUMBNAIL_QUALITY = 0.5f;

    private final Optional<Ffmpeg> ffmpeg;

    private MediaInspector(Optional<Ffmpeg> ffmpeg) {
        this.ffmpeg = ffmpeg;
    }

    /**
     * Makes one with the ffmpeg of this machine, if it has one; the log says so if not.
     *
     * @return for all files of a process
     */
    public static MediaInspector create() {
        String path = System.getenv("PATH");
        return withPath(path == null ? "" : path);
    }

    /** Makes one that looks for ffmpeg in some folders. */
    static MediaInspector withPath(String path) {
        return new MediaInspector(Ffmpeg.find(path));
    }

    /**
     * Looks at a file.
     *
     * @param file where it is
     * @param name by which it was given, of which only the ending matters; the path's own name may be a temporary one
     * @param kind what it is sent as
     * @return what was found
     */
    public MediaTraits inspect(Path file, String name, PreviewKind kind) {
        byte[] head = headOf(file);
        MediaTraits traits = MediaTraits.of(Mimetypes.of(head, name));
        try {
            return switch (kind) {
                case IMAGE, DOCUMENT -> picture(traits, head, file);
                case VIDEO -> video(traits, file);
                case AUDIO -> sound(traits, head, file);
                case VOICE_NOTE ->
                    sound(traits, head, file)
                            .withWaveform(ffmpeg.filter(any -> isMedia(traits)).flatMap(tool -> tool.waveform(file)));
            };
        } catch (RuntimeException | LinkageError e) {
            // LinkageError: a JDK without its desktop module has no ImageIO.
            LOG.warn("A file of type {} is sent as it is, since it could not be looked at", traits.mimetype(), e);
            return traits;
        }
    }

    private static byte[] headOf(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(FileSignatures.HEAD_BYTES);
        } catch (IOException e) {
            LOG.debug("The beginning of a file cannot be read", e);
            return new byte[0];
        }
    }

    private static MediaTraits picture(MediaTraits traits, byte[] head, Path file) {
        String mimetype = traits.mimetype();
        if (mimetype.equals("image/webp")) {
            return traits.with(WebpHeader.size(head), Optional.empty());
        }
        if (!Pictures.reads(mimetype)) {
            return traits;
        }
        Optional<PixelSize> size = reading(file, in -> Pictures.size(in, mimetype));
        Optional<byte[]> thumbnail = reading(
                file,
                in -> Pictures.scaled(in, mimetype, Pictures.Crop.NONE, THUMBNAIL_WIDTH)
                        .map(small -> Pictures.jpeg(small, THUMBNAIL_QUALITY)));
        return traits.with(size, thumbnail);
    }

    private static <T> Optional<T> reading(Path file, Function<ImageInputStream, Optional<T>> reading) {
        try (ImageInputStream in = new FileImageInputStream(file.toFile())) {
            return reading.apply(in);
        } catch (IOException e) {
            LOG.debug("A picture cannot be opened", e);
            return Optional.empty();
        }
    }

    private MediaTraits video(MediaTraits traits, Path file) {
        if (ffmpeg.isEmpty() || !isMedia(traits)) {
            return traits;
        }
        Ffmpeg.Probe probe = ffmpeg.get().probe(file);
        return traits.with(probe.seconds()).with(probe.size(), ffmpeg.get().firstFrame(file, THUMBNAIL_WIDTH));
    }

    private MediaTraits sound(MediaTraits traits, byte[] head, Path file) {
        OptionalDouble byItself = OggDuration.seconds(head, file);
        if (byItself.isPresent() || ffmpeg.isEmpty() || !isMedia(traits)) {
            return traits.with(byItself);
        }
        return traits.with(ffmpeg.get().probe(file).seconds());
    }

    /** Whether ffmpeg is let near a file: not by its name, but by how it begins. */
    private static boolean isMedia(MediaTraits traits) {
        return traits.mimetype().startsWith("video/")
                || traits.mimetype().startsWith("audio/")
                || traits.mimetype().equals("image/gif");
    }
}
