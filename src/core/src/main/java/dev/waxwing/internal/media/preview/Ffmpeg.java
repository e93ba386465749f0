package dev.waxwing.internal.media.preview;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The programs {@code ffmpeg} and {@code ffprobe}, if they are found on the path: they know what is in videos and
 * recordings. They are called without a shell, by an absolute path for each file (no name is taken for an option), may
 * open files only, and only as containers that refer to no other file.
 */
final class Ffmpeg {

    private static final Logger LOG = LoggerFactory.getLogger(Ffmpeg.class);

    private static final String CONTAINERS =
            "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,mp3,wav,aac,flac,amr,avi,flv,mpeg,gif";
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration DECODE_TIMEOUT = Duration.ofSeconds(60);
    private static final long MAX_ANSWER = 64 << 10;
    private static final long MAX_PICTURE = 1 << 20;
    private static final int PCM_HERTZ = 8000;

    /** Two hours of speech. */
    private static final long MAX_PCM = 2L * PCM_HERTZ * 2 * 3600;

    private final String ffmpeg;
    private final String ffprobe;

    private Ffmpeg(String ffmpeg, String ffprobe) {
        this.ffmpeg = ffmpeg;
        this.ffprobe = ffprobe;
    }

    /** What of a file they know. */
    record Probe(Optional<PixelSize> size, OptionalDouble seconds) {}

    /**
     * Looks for the programs, and says in the log if they are missing.
     *
     * @param path folders, as in the environment's {@code PATH}
     * @return nothing unless both are there
     */
    static Optional<Ffmpeg> find(String path) {
        Optional<String> ffmpeg = program("ffmpeg", path);
        Optional<String> ffprobe = program("ffprobe", path);
        if (ffmpeg.isEmpty() || ffprobe.isEmpty()) {
            LOG.info("No ffmpeg and ffprobe on the path: videos are sent without thumbnail and dimensions, voice notes"
                    + " without waveform, unless the application gives them");
            return Optional.empty();
        }
        return Optional.of(new Ffmpeg(ffmpeg.get(), ffprobe.get()));
    }

    private static Optional<String> program(String name, String path) {
        for (String folder : path.split(File.pathSeparator, -1)) {
            try {
                for (String ending : List.of("", ".exe")) {
                    Path program = Path.of(folder, name + ending);
                    // A relative folder means whatever the current one is: not a place to run programs from.
                    if (program.isAbsolute() && Files.isRegularFile(program) && Files.isExecutable(program)) {
                        return Optional.of(program.toString());
                    }
                }
            } catch (InvalidPathException e) {
                LOG.debug("A folder of the path is none", e);
            }
        }
        return Optional.empty();
    }

    /** Dimensions as they are shown, and the duration. */
    Probe probe(Path file) {
        List<String> command = new ArrayList<>(List.of(ffprobe, "-v", "error"));
        command.addAll(input(file));
        command.addAll(List.of(
                "-select_streams",
                "v:0",
                "-show_entries",
                "stream=width,height:stream_side_data=rotation:format=duration",
                "-of",
                "default=noprint_wrappers=1"));
        return running(command, MAX_ANSWER, PROBE_TIMEOUT, Ffmpeg::readProbe)
                .orElse(new Probe(Optional.empty(), OptionalDouble.empty()));
    }

    private static Probe readProbe(InputStream out) throws IOException {
        Map<String, String> values = new HashMap<>();
        new String(out.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.putIfAbsent(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        int width = (int) number(values.get("width")).orElse(0);
        int height = (int) number(values.get("height")).orElse(0);
        boolean isOnItsSide = Math.abs(number(values.get("rotation")).orElse(0)) % 180 == 90;
        OptionalDouble seconds = number(values.get("duration"));
        return new Probe(
                !PixelSize.isPossible(width, height)
                        ? Optional.empty()
                        : Optional.of(isOnItsSide ? new PixelSize(height, width) : new PixelSize(width, height)),
                seconds.orElse(0) > 0 ? seconds : OptionalDouble.empty());
    }

    private static OptionalDouble number(@Nullable String text) {
        try {
            double number = text == null ? Double.NaN : Double.parseDouble(text.trim());
            return Double.isFinite(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }

    /**
     * The first frame of a video.
     *
     * @param width of the result, in pixels
     * @return JPEG
     */
    Optional<byte[]> firstFrame(Path file, int width) {
        List<String> command = new ArrayList<>(List.of(ffmpeg, "-nostdin", "-v", "error", "-threads", "1"));
        command.addAll(input(file));
        command.addAll(List.of(
                "-an",
                "-sn",
                "-dn",
                "-frames:v",
                "1",
                "-vf",
                "scale=" + width + ":-1",
                "-c:v",
                "mjpeg",
                "-f",
                "image2pipe",
                "pipe:1"));
        return running(command, MAX_PICTURE, DECODE_TIMEOUT, InputStream::readAllBytes)
                .filter(jpeg -> FileSignatures.mimetype(jpeg).equals(Optional.of("image/jpeg")));
    }

    /** The waveform of a recording. */
    Optional<byte[]> waveform(Path file) {
        List<String> command = new ArrayList<>(List.of(ffmpeg, "-nostdin", "-v", "error", "-threads", "1"));
        command.addAll(input(file));
        command.addAll(
                List.of("-vn", "-sn", "-dn", "-ac", "1", "-ar", Integer.toString(PCM_HERTZ), "-f", "s16le", "pipe:1"));
        return running(command, MAX_PCM, DECODE_TIMEOUT, Ffmpeg::readSamples).flatMap(Function.identity());
    }

    private static Optional<byte[]> readSamples(InputStream pcm) throws IOException {
        // The file is complete by now, so that its length is known.
        long samples = pcm.available() / 2;
        Waveform waveform = new Waveform(samples);
        try (InputStream in = new BufferedInputStream(pcm, 1 << 16)) {
            for (long i = 0; i < samples; i++) {
                int low = in.read();
                int high = in.read();
                waveform.add((short) (high << 8 | low));
            }
        }
        return waveform.bars();
    }

    private static List<String> input(Path file) {
        return List.of(
                "-protocol_whitelist",
                "file",
                "-format_whitelist",
                CONTAINERS,
                "-i",
                file.toAbsolutePath().toString());
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read(InputStream out) throws IOException;
    }

    private static <T> Optional<T> running(List<String> command, long maxBytes, Duration timeout, Reading<T> reading) {
        Path output = null;
        try {
            output = Files.createTempFile("waxwing-preview-", ".out");
            if (!BoundedProcess.run(command, output, maxBytes, timeout)) {
                LOG.debug("{} could not read a file", command.get(0));
                return Optional.empty();
            }
            try (InputStream in = Files.newInputStream(output)) {
                return Optional.of(reading.read(in));
            }
        } catch (IOException e) {
            LOG.debug("{} has no place for its output", command.get(0), e);
            return Optional.empty();
        } finally {
            delete(output);
        }
    }

    private static void delete(@Nullable Path output) {
        try {
            if (output != null) {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            LOG.debug("A temporary file stays", e);
        }
    }
}
