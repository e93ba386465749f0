package dev.waxwing.internal.media;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.MediaFileException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that lie on this machine only while something is under way. All methods block. */
final class MediaFiles {

    private static final Logger LOG = LoggerFactory.getLogger(MediaFiles.class);

    private static final String PREFIX = "waxwing-";
    private static final String SUFFIX = ".media";
    private static final String PART = ".waxwing-part";

    private final Path folder;

    MediaFiles(Path folder) {
        this.folder = folder;
    }

    /** A new file that only this user may read. */
    Path createTemporary() {
        try {
            Files.createDirectories(folder);
            return Files.createTempFile(folder, PREFIX, SUFFIX);
        } catch (IOException e) {
            throw new MediaFileException("making a temporary file", e);
        }
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("A temporary file could not be deleted; it is swept at a later start", e);
        }
    }

    /**
     * Deletes what a process left that was killed: only files named as this library names them, in its own folder.
     *
     * @param before files that were changed since then may be in use
     * @return how many
     */
    int sweep(Instant before) {
        int swept = 0;
        if (!Files.isDirectory(folder)) {
            return swept;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
            for (Path file : left) {
                if (Files.isRegularFile(file)
                        && Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                    delete(file);
                    swept++;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.warn("Temporary files of earlier runs could not be looked for", e);
        }
        return swept;
    }

    /** A download on its way to its final name. */
    static final class Part {

        private final Path target;
        private final Path path;
        private final FileChannel channel;
        private boolean kept;

        private Part(Path target, Path path, FileChannel channel) {
            this.target = target;
            this.path = path;
            this.channel = channel;
        }

        /** Begins anew; what an earlier download left under the name of the part is overwritten. */
        static Part open(Path target) {
            Path name = requireNonNull(target.getFileName(), "name");
            Path path = target.resolveSibling(name + PART);
            try {
                FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                if (!isLocked(channel)) {
                    channel.close();
                    throw new IllegalStateException("file is being downloaded already");
                }
                channel.truncate(0);
                return new Part(target, path, channel);
            } catch (IOException e) {
                throw new MediaFileException("making the file to download to", e);
            }
        }

        private static boolean isLocked(FileChannel channel) throws IOException {
            try {
                FileLock lock = channel.tryLock();
                return lock != null;
            } catch (OverlappingFileLockException e) {
                return false;
            }
        }

        FileChannel channel() {
            return channel;
        }

        /** It is whole: it takes its final name at once. */
        Path keep() {
            try {
                channel.force(true);
                channel.close();
                return Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                drop();
                throw new MediaFileException("naming the downloaded file", e);
            }
        }

        /** Nothing is left of it, unless it was kept. */
        void drop() {
            if (kept) {
                return;
            }
            try {
                channel.close();
            } catch (IOException e) {
                LOG.debug("A part file did not close", e);
            }
            delete(path);
        }
    }
}
