package dev.waxwing.store;

import dev.waxwing.error.StoreFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Keeps a second process away from a store's file: a lock of the operating system on a file beside it, which ends with
 * the process however that ends. The file stays behind, for a file that is deleted while another process opens it would
 * be locked by both.
 */
final class StoreLock implements AutoCloseable {

    /** The locked byte lies behind everything, so that where locks are mandatory the text in front stays readable. */
    private static final long LOCKED_BYTE = 1L << 40;

    private static final int MAX_HOLDER_BYTES = 64;

    /**
     * Channels of refused attempts within one process. Closing any channel of a file drops all POSIX locks the process
     * has on that file, the holder's too, so these stay open. Only two class loaders with a copy of this class each get
     * here.
     */
    private static final Queue<FileChannel> KEPT_OPEN = new ConcurrentLinkedQueue<>();

    private final FileChannel channel;

    private StoreLock(FileChannel channel) {
        this.channel = channel;
    }

    static StoreLock take(Path database) {
        Path file = database.resolveSibling(database.getFileName() + ".lock");
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    OwnerOnly.fileAttributes(file));
        } catch (IOException e) {
            throw new StoreFailedException("cannot open the lock file " + file, e);
        }
        boolean keep = false;
        try {
            FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
            if (lock == null) {
                throw new StoreFailedException("store " + database + " is open in another process (" + holder(channel)
                        + "); an account is used by one process at a time");
            }
            channel.truncate(0);
            channel.write(
                    StandardCharsets.US_ASCII.encode(
                            "pid " + ProcessHandle.current().pid()),
                    0);
            keep = true;
            return new StoreLock(channel);
        } catch (OverlappingFileLockException e) {
            KEPT_OPEN.add(channel);
            keep = true;
            throw new StoreFailedException(
                    "store " + database + " is open in this process by another copy of Waxwing", e);
        } catch (IOException e) {
            throw new StoreFailedException("cannot lock " + file, e);
        } finally {
            if (!keep) {
                closeQuietly(channel);
            }
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(MAX_HOLDER_BYTES);
        channel.read(text, 0);
        String holder = StandardCharsets.US_ASCII.decode(text.flip()).toString();
        return holder.matches("pid \\d+") ? holder : "pid unknown";
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // The descriptor is gone either way, and the lock with it.
        }
    }
}
