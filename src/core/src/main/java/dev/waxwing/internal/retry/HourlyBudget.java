package dev.waxwing.internal.retry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.waxwing.internal.threads.LoopTimer;
import dev.waxwing.model.Jid;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often each person may make this account do something in an hour, so that what one of them sends costs it no more
 * than that. The hour begins with the first time. Thread-safe.
 */
final class HourlyBudget {

    private static final Logger LOG = LoggerFactory.getLogger(HourlyBudget.class);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int MOST_PEOPLE = 10_000;

    private final String what;
    private final int most;
    private final Cache<Jid, AtomicInteger> spent;

    /**
     * @param what is done, in words, for the log
     * @param most how often in an hour
     */
    HourlyBudget(String what, int most, LoopTimer timer) {
        this.what = what;
        this.most = most;
        this.spent = Caffeine.newBuilder()
                .expireAfterWrite(HOUR)
                .maximumSize(MOST_PEOPLE)
                .ticker(timer::nanoTime)
                .executor(Runnable::run)
                .build();
    }

    /** Takes one from what is left for a person; false if nothing is, which is logged once in the hour. */
    boolean spend(Jid person) {
        int times = spent.get(person, first -> new AtomicInteger()).incrementAndGet();
        if (times == most + 1) {
            LOG.warn("{} has used up the {} {} of this hour", person, most, what);
        }
        return times <= most;
    }
}
