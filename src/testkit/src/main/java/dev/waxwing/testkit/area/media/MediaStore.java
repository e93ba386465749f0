package dev.waxwing.testkit.area.media;

import dev.waxwing.testkit.state.ShiftedClock;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Uploaded media on the disk, the newest up to a number of bytes and of files. The same bytes uploaded twice are kept
 * once. A file that has expired is not served any more, but a phone can bring it back under another path.
 */
final class MediaStore implements AutoCloseable {

    private static final int MAX_FILES = 4_000;
    private static final int MAX_BROKEN = 100;
    private static final int MAX_FORMER_PATHS = 10_000;

    private final ShiftedClock clock;
    private final String folder;
    private final long maxBytes;

    /** By hash, in the order in which they came. */
    private final Map<String, MediaItem> items = new LinkedHashMap<>();

    private final Map<String, MediaItem> byPath = new HashMap<>();

    /** Uploads that broke off, by hash. */
    private final Map<String, Upload> broken = new LinkedHashMap<>();

    /** Paths that files had before they came back, with the status of each. */
    private final Map<String, Integer> formerPaths = new LinkedHashMap<>();

    private long bytes;
    private long lastId;
    private @Nullable Long lifeSeconds;

    MediaStore(ShiftedClock clock, String folder, long maxBytes) {
        this.clock = clock;
        this.folder = folder;
        this.maxBytes = maxBytes;
    }

    long maxBytes() {
        return maxBytes;
    }

    /** What is served at a path. */
    Optional<MediaItem> atPath(String path) {
        return Optional.ofNullable(byPath.get(path)).filter(item -> goneStatus(item) == 0);
    }

    /** With what status a path is answered at which nothing is served. */
    int missingStatus(String path) {
        MediaItem item = byPath.get(path);
        return item != null ? goneStatus(item) : formerPaths.getOrDefault(path, 404);
    }

    private int goneStatus(MediaItem item) {
        if (item.gone().isEmpty() && lifeSeconds != null && item.isOlderThan(lifeSeconds, clock.seconds())) {
            item.goes(410);
        }
        return item.gone().orElse(0);
    }

    /** What is served with a hash. */
    Optional<MediaItem> withSha256(String sha256) {
        return Optional.ofNullable(items.get(sha256)).filter(item -> goneStatus(item) == 0);
    }

    List<MediaObject> served() {
        return items.values().stream()
                .filter(item -> goneStatus(item) == 0)
                .map(MediaItem::describe)
                .toList();
    }

    /** Keeps an upload that is whole; the oldest ones make room for it. */
    MediaItem put(String kind, Upload upload) {
        MediaItem known = items.get(upload.sha256());
        if (known != null) {
            upload.file().close();
            if (goneStatus(known) != 0) {
                comesBack(known);
            }
            return known;
        }
        makeRoom(upload.file().length());
        MediaItem item = new MediaItem(kind, upload.sha256(), upload.file(), newPath(upload.sha256()), clock.seconds());
        items.put(item.sha256(), item);
        byPath.put(item.path(), item);
        bytes += item.file().length();
        return item;
    }

    private void makeRoom(long length) {
        Iterator<MediaItem> oldest = items.values().iterator();
        while ((bytes + length > maxBytes || items.size() >= MAX_FILES) && oldest.hasNext()) {
            MediaItem item = oldest.next();
            oldest.remove();
            forget(item);
        }
    }

    private void forget(MediaItem item) {
        byPath.remove(item.path());
        bytes -= item.file().length();
        item.file().close();
    }

    private String newPath(String sha256) {
        return folder + ++lastId + "_" + sha256.substring(0, 16) + "_n.enc";
    }

    void remove(MediaItem item) {
        if (items.remove(item.sha256()) != null) {
            forget(item);
        }
    }

    /** Serves a file again as if its phone had uploaded it once more; what it had is served no longer. */
    Optional<MediaItem> bringBack(String sha256) {
        Optional<MediaItem> known = Optional.ofNullable(items.get(sha256));
        known.ifPresent(this::comesBack);
        return known;
    }

    private void comesBack(MediaItem item) {
        byPath.remove(item.path());
        if (formerPaths.size() >= MAX_FORMER_PATHS) {
            formerPaths.remove(formerPaths.keySet().iterator().next());
        }
        int status = goneStatus(item);
        formerPaths.put(item.path(), status == 0 ? 404 : status);
        item.comesBack(newPath(item.sha256()), clock.seconds());
        byPath.put(item.path(), item);
    }

    /** How long files are served from now on, those that are there included. */
    void serveFor(long seconds) {
        lifeSeconds = seconds;
    }

    /** Keeps what came of an upload that broke off. */
    void keep(Upload upload) {
        Upload before = broken.remove(upload.sha256());
        if (before != null && before != upload) {
            before.file().close();
        }
        if (broken.size() >= MAX_BROKEN) {
            Iterator<Upload> oldest = broken.values().iterator();
            oldest.next().file().close();
            oldest.remove();
        }
        broken.put(upload.sha256(), upload);
    }

    /** How much of a file came before its upload broke off; 0 if nothing is known of it. */
    long brokenOffAt(String sha256) {
        Upload upload = broken.get(sha256);
        return upload == null ? 0 : upload.file().length();
    }

    /** Takes up an upload that broke off, at a place that came; nothing if that place did not come. */
    Optional<Upload> resume(String sha256, long offset) {
        if (offset == 0) {
            return Optional.of(new Upload(sha256));
        }
        if (offset > brokenOffAt(sha256)) {
            return Optional.empty();
        }
        Optional<Upload> upload = Optional.ofNullable(broken.remove(sha256));
        upload.ifPresent(found -> found.goBackTo(offset));
        return upload;
    }

    @Override
    public void close() {
        items.values().forEach(item -> item.file().close());
        broken.values().forEach(upload -> upload.file().close());
    }
}
