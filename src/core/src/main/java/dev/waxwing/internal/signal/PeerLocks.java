package dev.waxwing.internal.signal;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One lock for each peer, out of a fixed number: peers whose names fall on the same one wait for each other, which is
 * harmless. Locks are taken in ascending order, so that two who want several cannot wait for each other.
 */
final class PeerLocks {

    private static final int COUNT = 256;

    /** Made when first wanted: an account that talks to few peers, as most of many accounts do, needs few. */
    private final ConcurrentMap<Integer, ReentrantLock> locks = new ConcurrentHashMap<>();

    <T extends @Nullable Object> T whileHolding(Collection<String> names, Supplier<T> work) {
        int[] wanted =
                names.stream().mapToInt(PeerLocks::indexOf).sorted().distinct().toArray();
        for (int index : wanted) {
            lock(index).lock();
        }
        try {
            return work.get();
        } finally {
            for (int i = wanted.length - 1; i >= 0; i--) {
                lock(wanted[i]).unlock();
            }
        }
    }

    private ReentrantLock lock(int index) {
        return locks.computeIfAbsent(index, first -> new ReentrantLock());
    }

    private static int indexOf(String name) {
        int hash = name.hashCode();
        return (hash ^ (hash >>> 16)) & (COUNT - 1);
    }
}
