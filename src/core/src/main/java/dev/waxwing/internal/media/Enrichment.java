package dev.waxwing.internal.media;

import dev.waxwing.error.MediaFileException;
import dev.waxwing.internal.media.preview.MediaInspector;
import dev.waxwing.internal.media.preview.MediaTraits;
import dev.waxwing.internal.media.preview.PreviewKind;
import dev.waxwing.internal.threads.Lazy;
import dev.waxwing.model.MediaKind;
import dev.waxwing.model.content.AudioContent;
import dev.waxwing.model.content.ContentLimits;
import dev.waxwing.model.content.DocumentContent;
import dev.waxwing.model.content.ImageContent;
import dev.waxwing.model.content.MediaContent;
import dev.waxwing.model.content.MediaSource;
import dev.waxwing.model.content.StickerContent;
import dev.waxwing.model.content.VideoContent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Finds in a file what the application did not say of it. All methods block, and may take seconds for a video. */
final class Enrichment {

    /** Beyond that a stream is sent as it is: to look at it, it would have to be copied. */
    private static final long MOST_COPIED_BYTES = 64L << 20;

    /** One for a process: it looks for a program on the path. */
    private static final Lazy<MediaInspector> INSPECTOR = new Lazy<>(MediaInspector::create);

    private final MediaFiles files;

    Enrichment(MediaFiles files) {
        this.files = files;
    }

    /** The same content, with what was found. What cannot be looked at stays as it is. */
    MediaContent enriched(MediaContent content, MediaSource source) {
        Optional<Path> path = source.path();
        if (path.isPresent()) {
            return Files.isReadable(path.get()) ? with(content, traits(content, path.get())) : content;
        }
        Path copy = files.createTemporary();
        try (InputStream in = source.open()) {
            Files.copy(new BoundedStream(in, MOST_COPIED_BYTES), copy, StandardCopyOption.REPLACE_EXISTING);
            return Files.size(copy) < MOST_COPIED_BYTES ? with(content, traits(content, copy)) : content;
        } catch (IOException e) {
            throw new MediaFileException("reading the file to send", e);
        } finally {
            MediaFiles.delete(copy);
        }
    }

    private static MediaTraits traits(MediaContent content, Path file) {
        String name =
                content instanceof DocumentContent document ? document.fileName() : String.valueOf(file.getFileName());
        return INSPECTOR.get().inspect(file, name, kind(content.kind()));
    }

    private static PreviewKind kind(MediaKind kind) {
        return switch (kind) {
            case IMAGE, STICKER -> PreviewKind.IMAGE;
            case VIDEO, GIF, VIDEO_NOTE -> PreviewKind.VIDEO;
            case AUDIO -> PreviewKind.AUDIO;
            case VOICE_NOTE -> PreviewKind.VOICE_NOTE;
            case DOCUMENT -> PreviewKind.DOCUMENT;
        };
    }

    private static MediaContent with(MediaContent content, MediaTraits found) {
        if (content instanceof ImageContent image) {
            return with(image, found);
        }
        if (content instanceof VideoContent video) {
            return with(video, found);
        }
        if (content instanceof AudioContent audio) {
            return with(audio, found);
        }
        if (content instanceof DocumentContent document) {
            DocumentContent typed = document.hasMimetype() ? document : document.withMimetype(found.mimetype());
            return typed.jpegThumbnail().isEmpty() && thumbnail(found).isPresent()
                    ? typed.withJpegThumbnail(thumbnail(found).get())
                    : typed;
        }
        if (content instanceof StickerContent sticker) {
            StickerContent typed = sticker.hasMimetype() ? sticker : sticker.withMimetype(found.mimetype());
            return typed.width() == 0 && found.size().isPresent()
                    ? typed.withSize(
                            found.size().get().width(), found.size().get().height())
                    : typed;
        }
        return content;
    }

    private static ImageContent with(ImageContent image, MediaTraits found) {
        ImageContent known = image.hasMimetype() ? image : image.withMimetype(found.mimetype());
        if (known.width() == 0 && found.size().isPresent()) {
            known = known.withSize(
                    found.size().get().width(), found.size().get().height());
        }
        return known.jpegThumbnail().isEmpty() && thumbnail(found).isPresent()
                ? known.withJpegThumbnail(thumbnail(found).get())
                : known;
    }

    private static VideoContent with(VideoContent video, MediaTraits found) {
        VideoContent known = video.hasMimetype() ? video : video.withMimetype(found.mimetype());
        if (known.width() == 0 && found.size().isPresent()) {
            known = known.withSize(
                    found.size().get().width(), found.size().get().height());
        }
        if (known.seconds() == 0 && found.wholeSeconds().isPresent()) {
            known = known.withSeconds(found.wholeSeconds().get());
        }
        return known.jpegThumbnail().isEmpty() && thumbnail(found).isPresent()
                ? known.withJpegThumbnail(thumbnail(found).get())
                : known;
    }

    private static AudioContent with(AudioContent audio, MediaTraits found) {
        AudioContent known = audio.hasMimetype() ? audio : audio.withMimetype(found.mimetype());
        if (known.seconds() == 0 && found.wholeSeconds().isPresent()) {
            known = known.withSeconds(found.wholeSeconds().get());
        }
        return known.waveform().length == 0 && found.waveform().isPresent()
                ? known.withWaveform(found.waveform().get())
                : known;
    }

    private static Optional<byte[]> thumbnail(MediaTraits found) {
        return found.jpegThumbnail().filter(jpeg -> jpeg.length <= ContentLimits.MAX_THUMBNAIL);
    }

    /** Ends where enough was read. */
    private static final class BoundedStream extends InputStream {

        private final InputStream in;
        private long left;

        BoundedStream(InputStream in, long most) {
            this.in = in;
            this.left = most;
        }

        @Override
        public int read() throws IOException {
            if (left == 0) {
                return -1;
            }
            left--;
            return in.read();
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = in.read(bytes, from, (int) Math.min(length, left));
            left -= Math.max(0, read);
            return read;
        }
    }
}
