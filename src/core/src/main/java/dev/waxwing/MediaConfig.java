package dev.waxwing;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.media.MediaCache;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Files in messages; a section of {@link SocketConfig}. Not thread-safe. */
public final class MediaConfig extends ConfigSection<MediaConfig> {

    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?");

    private static final int MOST_AT_ONCE = 64;
    private static final int MOST_REMEMBERED = 1_000_000;

    Duration idleTimeout = Duration.ofSeconds(30);
    Duration transferTimeout = Duration.ofHours(6);
    int transfersAtOnce = 4;
    long maxBytes = 2L << 30;
    int maxInMemory = 64 << 20;
    boolean askPhone = true;
    Duration reuploadTimeout = Duration.ofSeconds(60);
    Path folder = Path.of(System.getProperty("java.io.tmpdir"), "waxwing-media");
    Set<String> otherHosts = Set.of();

    @Nullable
    MediaCache cache;

    int rememberedUploads = 1_000;
    Duration uploadAge = Duration.ofHours(12);

    MediaConfig() {}

    /**
     * How long nothing may come or go while a media host is waited for; default 30 s.
     *
     * @param idleTimeout 1 ms to 7 days
     * @return this section
     */
    public MediaConfig idleTimeout(Duration idleTimeout) {
        this.idleTimeout = time(idleTimeout, "idleTimeout");
        return this;
    }

    /**
     * How long one exchange with a media host may take; default 6 hours.
     *
     * @param transferTimeout 1 ms to 7 days
     * @return this section
     */
    public MediaConfig transferTimeout(Duration transferTimeout) {
        this.transferTimeout = time(transferTimeout, "transferTimeout");
        return this;
    }

    /**
     * How many files are sent and fetched at once; default 4. Others wait for their turn.
     *
     * @param transfersAtOnce 1 to 64
     * @return this section
     */
    public MediaConfig transfersAtOnce(int transfersAtOnce) {
        this.transfersAtOnce = number(transfersAtOnce, 1, MOST_AT_ONCE, "transfersAtOnce");
        return this;
    }

    /**
     * How long a file may be; default 2 GiB, which is what phones send as documents.
     *
     * @param maxBytes 1 or more
     * @return this section
     */
    public MediaConfig maxBytes(long maxBytes) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes must be positive but was " + maxBytes);
        }
        this.maxBytes = Math.min(maxBytes, 1L << 50);
        return this;
    }

    /**
     * How long a file may be that is downloaded into memory; default 64 MiB.
     *
     * @param maxInMemory 1 to 1 GiB
     * @return this section
     */
    public MediaConfig maxInMemory(int maxInMemory) {
        this.maxInMemory = number(maxInMemory, 1, 1 << 30, "maxInMemory");
        return this;
    }

    /**
     * Whether a download asks the phone by itself to upload a file again that the service does not have any more;
     * default true.
     *
     * @param askPhone false to fail at once
     * @return this section
     */
    public MediaConfig askPhone(boolean askPhone) {
        this.askPhone = askPhone;
        return this;
    }

    /**
     * How long the phone may take to upload a file again; default 60 s.
     *
     * @param reuploadTimeout 1 ms to 7 days
     * @return this section
     */
    public MediaConfig reuploadTimeout(Duration reuploadTimeout) {
        this.reuploadTimeout = time(reuploadTimeout, "reuploadTimeout");
        return this;
    }

    /**
     * Where encrypted files lie while they are uploaded, and downloads for streams until they are verified; default
     * {@code waxwing-media} in the system's folder for temporary files. It needs room for the files that are sent at
     * once. What a killed process left there is deleted a day later.
     *
     * @param folder made if it is not there
     * @return this section
     */
    public MediaConfig temporaryFolder(Path folder) {
        this.folder = requireNonNull(folder, "folder");
        return this;
    }

    /**
     * Which hosts a message may name to download from, beside those of the service; default none. Matters only for a
     * message that has a {@code url} and no {@code directPath}.
     *
     * @param otherHosts domain names, which stand for their sub-domains too
     * @return this section
     */
    public MediaConfig allowHosts(Collection<String> otherHosts) {
        this.otherHosts = Copies.list(otherHosts, "otherHosts").stream()
                .map(MediaConfig::hostName)
                .collect(Collectors.toUnmodifiableSet());
        return this;
    }

    /**
     * {@code mediaCache}: where uploads are remembered, so that a file that is sent to many is uploaded once; by default
     * in memory, as {@link #rememberedUploads} and {@link #uploadAge} say.
     *
     * @param mediaCache the application's own
     * @return this section
     */
    public MediaConfig mediaCache(MediaCache mediaCache) {
        this.cache = requireNonNull(mediaCache, "mediaCache");
        return this;
    }

    /**
     * How many uploads the built-in cache remembers; default 1,000. To look for one, a file is read once more before it
     * is encrypted.
     *
     * @param rememberedUploads 0 to 1,000,000; 0 for no cache
     * @return this section
     */
    public MediaConfig rememberedUploads(int rememberedUploads) {
        this.rememberedUploads = number(rememberedUploads, 0, MOST_REMEMBERED, "rememberedUploads");
        return this;
    }

    /**
     * How long the built-in cache uses an upload; default 12 hours. The service keeps files for some weeks.
     *
     * @param uploadAge 1 ms to 7 days
     * @return this section
     */
    public MediaConfig uploadAge(Duration uploadAge) {
        this.uploadAge = time(uploadAge, "uploadAge");
        return this;
    }

    private static String hostName(String host) {
        if (host.length() > 253 || !HOST_NAME.matcher(host).matches()) {
            throw new IllegalArgumentException("otherHosts must be names of hosts, without scheme, port and path");
        }
        return host.toLowerCase(Locale.ROOT);
    }
}
