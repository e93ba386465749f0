package dev.waxwing.internal.media;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.waxwing.media.MediaCache;
import dev.waxwing.model.MediaReference;
import java.time.Duration;
import java.util.Optional;

/** The uploads of one process, the newest for some time. */
public final class MemoryMediaCache implements MediaCache {

    private final Cache<String, MediaReference> uploads;

    /**
     * Creates an empty cache.
     *
     * @param most how many uploads are remembered
     * @param age for how long
     */
    public MemoryMediaCache(int most, Duration age) {
        uploads = Caffeine.newBuilder().maximumSize(most).expireAfterWrite(age).build();
    }

    @Override
    public Optional<MediaReference> get(String key) {
        return Optional.ofNullable(uploads.getIfPresent(key));
    }

    @Override
    public void put(String key, MediaReference upload) {
        uploads.put(key, upload);
    }

    @Override
    public void remove(String key) {
        uploads.invalidate(key);
    }
}
