package dev.waxwing.internal.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that stands still until a test moves it; what is due runs on the test's thread. */
final class SteppedTimer implements PoolTimer {

    private record Scheduled(long at, Runnable task) {}

    private final List<Scheduled> scheduled = new ArrayList<>();
    private long now = Long.MAX_VALUE - Duration.ofMinutes(1).toNanos();

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
        Scheduled entry = new Scheduled(now + delay.toNanos(), task);
        scheduled.add(entry);
        return () -> scheduled.remove(entry);
    }

    void advance(Duration by) {
        long target = now + by.toNanos();
        while (true) {
            Scheduled next = scheduled.stream()
                    .min(Comparator.comparingLong(entry -> entry.at - target))
                    .filter(entry -> entry.at - target <= 0)
                    .orElse(null);
            if (next == null) {
                now = target;
                return;
            }
            scheduled.remove(next);
            now = next.at - now > 0 ? next.at : now;
            next.task.run();
        }
    }

    int pending() {
        return scheduled.size();
    }
}
