package dev.waxwing.internal.device;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.waxwing.model.Jid;
import dev.waxwing.model.UserDevices;
import dev.waxwing.store.UserDevicesCache;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Device lists in the memory of this process, where the application brings no cache of its own. */
public final class CaffeineUserDevices implements UserDevicesCache {

    private static final int REMEMBERED_USERS = 20_000;

    private final Cache<Jid, UserDevices> cache;

    /**
     * Creates an empty cache.
     *
     * @param timeToLive how long an entry is used, positive
     * @param executor tidies up
     */
    public CaffeineUserDevices(Duration timeToLive, Executor executor) {
        cache = Caffeine.newBuilder()
                .maximumSize(REMEMBERED_USERS)
                .expireAfterWrite(timeToLive)
                .executor(executor)
                .build();
    }

    @Override
    public Optional<UserDevices> get(Jid user) {
        return Optional.ofNullable(cache.getIfPresent(user));
    }

    @Override
    public void put(UserDevices devices) {
        cache.put(devices.user(), devices);
    }

    @Override
    public void remove(Jid user) {
        cache.invalidate(user);
    }
}
