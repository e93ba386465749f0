package dev.waxwing.leaks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** What a test must not leave behind: threads of ours, and buffers that nobody released. */
public final class Leftovers {

    private static final String OUR_THREADS = "waxwing-";
    /** Far beyond what ending takes; only a thread that never ends uses it up. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Set<Thread> before;

    private Leftovers(Set<Thread> before) {
        this.before = before;
    }

    /**
     * Starts to look; what runs already is somebody else's.
     *
     * @return to ask at the end
     */
    public static Leftovers fromNow() {
        return new Leftovers(threads());
    }

    /** Waits for the threads that are about to end, has garbage collected, and fails if anything stays. */
    public void assertNone() {
        threads().stream().filter(thread -> !before.contains(thread)).forEach(Leftovers::awaitEnd);
        assertThat(LeakRecorder.collect())
                .as("buffers that became garbage without being released")
                .isEmpty();
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(OUR_THREADS))
                .collect(Collectors.toSet());
    }

    private static void awaitEnd(Thread thread) {
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            fail("thread " + thread.getName() + " still runs: " + Arrays.toString(thread.getStackTrace()));
        }
    }
}
