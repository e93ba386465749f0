package dev.waxwing.internal.retry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.waxwing.internal.account.PreKey;
import dev.waxwing.internal.account.PreKeys;
import dev.waxwing.internal.threads.LoopTimer;
import dev.waxwing.model.Jid;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The one-time keys that go straight to people, in requests to send again. Each request has a key of its own, since two
 * messages cannot start a session with the same; but who leaves many unused gets those again. Thread-safe.
 */
final class ReservedKeys {

    /** A person who lost everything sends a backlog anew, each message in a session of its own. */
    static final int MOST_UNUSED = 100;

    /** Who asks for keys and has not used them for so long will not. */
    static final Duration KEPT = Duration.ofDays(28);

    private static final Duration REMEMBERED = Duration.ofDays(1);
    private static final int MOST_PEOPLE = 10_000;

    private final PreKeys preKeys;
    private final Clock clock;
    private final Cache<Jid, Deque<Integer>> given;

    ReservedKeys(PreKeys preKeys, Clock clock, LoopTimer timer) {
        this.preKeys = preKeys;
        this.clock = clock;
        this.given = Caffeine.newBuilder()
                .expireAfterAccess(REMEMBERED)
                .maximumSize(MOST_PEOPLE)
                .ticker(timer::nanoTime)
                .executor(Runnable::run)
                .build();
    }

    /** A key for a person, who has not used it yet; durable when this returns. Not for the event loop. */
    PreKey next(Jid person) {
        Deque<Integer> ids = given.get(person, first -> new ArrayDeque<>());
        synchronized (ids) {
            while (ids.size() >= MOST_UNUSED) {
                int oldest = ids.remove();
                Optional<PreKey> unused = preKeys.find(oldest);
                if (unused.isPresent()) {
                    ids.add(oldest);
                    return unused.get();
                }
            }
            PreKey key = preKeys.reserve(clock.instant());
            ids.add(key.id());
            return key;
        }
    }

    /** Drops those that nobody used in time. Not for the event loop. */
    void prune() {
        preKeys.dropReserved(clock.instant().minus(KEPT));
    }
}
