package dev.waxwing.testkit.phone;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** The messages that one phone has, oldest first; the oldest is forgotten for the newest. Thread-safe. */
final class PhoneHistory {

    private static final int KEPT = 20_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final Map<String, PhoneMessage> byId = new LinkedHashMap<>();

    /** A message of an id that is there already changes nothing. */
    void add(PhoneMessage message) {
        lock.lock();
        try {
            byId.putIfAbsent(message.id(), message);
            if (byId.size() > KEPT) {
                byId.remove(byId.keySet().iterator().next());
            }
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            byId.clear();
        } finally {
            lock.unlock();
        }
    }

    Optional<PhoneMessage> find(String id) {
        lock.lock();
        try {
            return Optional.ofNullable(byId.get(id));
        } finally {
            lock.unlock();
        }
    }

    List<PhoneMessage> all() {
        lock.lock();
        try {
            return List.copyOf(byId.values());
        } finally {
            lock.unlock();
        }
    }

    Optional<PhoneMessage> await(Predicate<PhoneMessage> wanted, Duration timeout) throws InterruptedException {
        lock.lock();
        try {
            long left = timeout.toNanos();
            while (true) {
                Optional<PhoneMessage> found =
                        byId.values().stream().filter(wanted).findFirst();
                if (found.isPresent() || left <= 0) {
                    return found;
                }
                left = grown.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
