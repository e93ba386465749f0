package dev.waxwing.internal.device;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.waxwing.internal.threads.SystemTime;
import dev.waxwing.model.Jid;
import dev.waxwing.model.UserDevices;
import dev.waxwing.store.UserDevicesCache;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The device lists of many accounts in one cache in the memory of this process, for accounts whose application brings
 * no cache of its own.
 *
 * <p>An account sees and changes its own entries alone. Accounts that talk to the same people keep these twice, and
 * that is meant: what an account's server says must never decide for which devices another account encrypts.
 * Thread-safe.
 */
public final class SharedUserDevices {

    private final AtomicLong accounts = new AtomicLong();
    private final Cache<AccountUser, Entry> cache;

    /**
     * Creates an empty cache.
     *
     * @param mostEntries how many lists it keeps for all accounts together, positive; those used least go first
     */
    public SharedUserDevices(int mostEntries) {
        this(mostEntries, SystemTime::nanoTime);
    }

    SharedUserDevices(int mostEntries, Ticker ticker) {
        cache = Caffeine.newBuilder()
                .maximumSize(mostEntries)
                .ticker(ticker)
                .expireAfter(Expiry.<AccountUser, Entry>writing((user, entry) -> entry.timeToLive))
                // There is little to tidy up, and the threads of the process are counted.
                .executor(Runnable::run)
                .build();
    }

    /**
     * An account's part of it, empty.
     *
     * @param timeToLive how long an entry of the account is used, positive
     * @return a cache for one account
     */
    public UserDevicesCache ofAccount(Duration timeToLive) {
        return new OfAccount(accounts.incrementAndGet(), requireNonNull(timeToLive, "timeToLive"));
    }

    /** What one account knows of one user. */
    private record AccountUser(long account, Jid user) {}

    private record Entry(UserDevices devices, Duration timeToLive) {}

    private final class OfAccount implements UserDevicesCache {

        private final long account;
        private final Duration timeToLive;

        OfAccount(long account, Duration timeToLive) {
            this.account = account;
            this.timeToLive = timeToLive;
        }

        @Override
        public Optional<UserDevices> get(Jid user) {
            return Optional.ofNullable(cache.getIfPresent(key(user))).map(Entry::devices);
        }

        @Override
        public void put(UserDevices devices) {
            cache.put(key(devices.user()), new Entry(devices, timeToLive));
        }

        @Override
        public void remove(Jid user) {
            cache.invalidate(key(user));
        }

        private AccountUser key(Jid user) {
            return new AccountUser(account, user);
        }
    }
}
