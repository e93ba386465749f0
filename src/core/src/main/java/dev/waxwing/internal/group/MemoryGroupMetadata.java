package dev.waxwing.internal.group;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.waxwing.group.GroupMetadata;
import dev.waxwing.group.GroupMetadataCache;
import dev.waxwing.internal.threads.SystemTime;
import dev.waxwing.model.Jid;
import java.time.Duration;
import java.util.Optional;

/**
 * The groups of one account in the memory of this process, bounded by the number of members in all of them together.
 * Thread-safe.
 */
public final class MemoryGroupMetadata implements GroupMetadataCache {

    private final Cache<Jid, GroupMetadata> cache;

    /**
     * Creates an empty cache.
     *
     * @param mostMembers how many members the remembered groups have together, positive; groups used least go first
     * @param timeToLive how long a group is remembered after it was asked for or changed, positive
     */
    public MemoryGroupMetadata(int mostMembers, Duration timeToLive) {
        this(mostMembers, timeToLive, SystemTime::nanoTime);
    }

    MemoryGroupMetadata(int mostMembers, Duration timeToLive, Ticker ticker) {
        cache = Caffeine.newBuilder()
                .maximumWeight(mostMembers)
                .<Jid, GroupMetadata>weigher(
                        (group, metadata) -> Math.max(1, metadata.participants().size()))
                .expireAfterWrite(timeToLive)
                .ticker(ticker)
                // There is little to tidy up, and the threads of the process are counted.
                .executor(Runnable::run)
                .build();
    }

    @Override
    public Optional<GroupMetadata> get(Jid group) {
        return Optional.ofNullable(cache.getIfPresent(group));
    }

    @Override
    public void put(GroupMetadata metadata) {
        cache.put(metadata.id(), metadata);
    }

    @Override
    public void remove(Jid group) {
        cache.invalidate(group);
    }
}
