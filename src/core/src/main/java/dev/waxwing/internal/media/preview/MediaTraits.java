package dev.waxwing.internal.media.preview;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What was found out about a file.
 *
 * @param mimetype by its content, or by the ending of its name, or {@code application/octet-stream}
 * @param size dimensions of a picture or video, as it is shown
 * @param seconds duration of a video or recording
 * @param jpegThumbnail a small picture, JPEG of 32 pixels' width; shared, not copied
 * @param waveform 64 values of 0 to 100; shared, not copied
 */
public record MediaTraits(
        String mimetype,
        Optional<PixelSize> size,
        OptionalDouble seconds,
        Optional<byte[]> jpegThumbnail,
        Optional<byte[]> waveform) {

    /**
     * Requires everything.
     *
     * @param mimetype by its content, or by the ending of its name, or {@code application/octet-stream}
     * @param size dimensions of a picture or video, as it is shown
     * @param seconds duration of a video or recording
     * @param jpegThumbnail a small picture, JPEG of 32 pixels' width; shared, not copied
     * @param waveform 64 values of 0 to 100; shared, not copied
     */
    public MediaTraits {
        Objects.requireNonNull(mimetype, "mimetype");
        Objects.requireNonNull(size, "size");
        Objects.requireNonNull(seconds, "seconds");
        Objects.requireNonNull(jpegThumbnail, "jpegThumbnail");
        Objects.requireNonNull(waveform, "waveform");
    }

    static MediaTraits of(String mimetype) {
        return new MediaTraits(mimetype, Optional.empty(), OptionalDouble.empty(), Optional.empty(), Optional.empty());
    }

    MediaTraits with(Optional<PixelSize> found, Optional<byte[]> thumbnail) {
        return new MediaTraits(mimetype, found, seconds, thumbnail, waveform);
    }

    MediaTraits with(OptionalDouble duration) {
        return new MediaTraits(mimetype, size, duration, jpegThumbnail, waveform);
    }

    MediaTraits withWaveform(Optional<byte[]> values) {
        return new MediaTraits(mimetype, size, seconds, jpegThumbnail, values);
    }

    /**
     * The duration as messages carry it.
     *
     * @return whole seconds, rounded up so that what plays has one at least
     */
    public Optional<Integer> wholeSeconds() {
        return seconds.isPresent() ? Optional.of((int) Math.ceil(seconds.getAsDouble())) : Optional.empty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MediaTraits that
                && mimetype.equals(that.mimetype)
                && size.equals(that.size)
                && seconds.equals(that.seconds)
                && Arrays.equals(jpegThumbnail.orElse(null), that.jpegThumbnail.orElse(null))
                && Arrays.equals(waveform.orElse(null), that.waveform.orElse(null));
    }

    @Override
    public int hashCode() {
        return Objects.hash(mimetype, size, seconds);
    }

    @Override
    public String toString() {
        return "MediaTraits[" + mimetype + ", " + size + ", " + seconds + "]";
    }
}
