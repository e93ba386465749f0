package dev.waxwing.internal.threads;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Warnings of what somebody else can do as often as they like: of each subject one line a minute, with how many more
 * there were, and of all subjects together no more than {@link #MOST_SUBJECTS} lines and one. Thread-safe.
 */
public final class ThrottledLog {

    /** More subjects than this share a line. */
    static final int MOST_SUBJECTS = 100;

    static final Duration PAUSE = Duration.ofMinutes(1);

    private static final String OTHERS = "others";

    private final Logger log;
    private final LoopTimer timer;

    /** How often each was left out since its last line. Guarded by itself. */
    private final Map<Object, Integer> leftOut = new HashMap<>();

    /**
     * Creates one without a past.
     *
     * @param log where lines go
     * @param timer the account's timer
     */
    public ThrottledLog(Logger log, LoopTimer timer) {
        this.log = requireNonNull(log, "log");
        this.timer = requireNonNull(timer, "timer");
    }

    /**
     * Warns, or counts.
     *
     * @param subject whom the line is about; equal ones share their lines
     * @param what the rest of the line, without secrets
     */
    public void warn(Object subject, String what) {
        Object counted = subject;
        synchronized (leftOut) {
            if (!leftOut.containsKey(subject) && leftOut.size() >= MOST_SUBJECTS) {
                counted = OTHERS;
            }
            Integer before = leftOut.putIfAbsent(counted, 0);
            if (before != null) {
                leftOut.put(counted, before + 1);
                return;
            }
        }
        log.warn("{}: {}", subject, what);
        goOn(counted);
    }

    private void goOn(Object subject) {
        timer.after(PAUSE, () -> next(subject));
    }

    private void next(Object subject) {
        int more;
        synchronized (leftOut) {
            more = leftOut.getOrDefault(subject, 0);
            if (more == 0) {
                leftOut.remove(subject);
                return;
            }
            leftOut.put(subject, 0);
        }
        log.warn("{}: {} more of the kind in the last minute", subject, more);
        goOn(subject);
    }
}
