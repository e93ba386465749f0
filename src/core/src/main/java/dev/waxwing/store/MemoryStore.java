package dev.waxwing.store;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store that keeps everything in memory and loses it with the process: for tests.
 *
 * <p>Transactions run one at a time under one lock; a failed one is undone step by step.
 */
public final class MemoryStore implements AccountStore {

    private final ReentrantLock turn = new ReentrantLock(true);
    private final Map<StoreTable, NavigableMap<String, byte[]>> tables = new HashMap<>();
    private boolean closed;

    private MemoryStore() {}

    /**
     * Creates an empty store.
     *
     * @return the store
     */
    public static MemoryStore create() {
        return new MemoryStore();
    }

    @Override
    public <T extends @Nullable Object> T transact(Function<StoreTransaction, T> work) {
        requireNonNull(work, "work");
        enter();
        try {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            Transaction transaction = new Transaction();
            boolean done = false;
            try {
                T answer = work.apply(transaction);
                done = true;
                return answer;
            } finally {
                transaction.end();
                if (!done) {
                    transaction.undo();
                }
            }
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void close() {
        enter();
        try {
            closed = true;
            tables.clear();
        } finally {
            turn.unlock();
        }
    }

    private void enter() {
        if (turn.isHeldByCurrentThread()) {
            throw new IllegalStateException("already in a transaction of this store on this thread");
        }
        turn.lock();
    }

    private NavigableMap<String, byte[]> rows(StoreTable table) {
        return tables.computeIfAbsent(requireNonNull(table, "table"), t -> new TreeMap<>());
    }

    private final class Transaction implements StoreTransaction {

        private final Thread owner = Thread.currentThread();
        private final Deque<Runnable> undo = new ArrayDeque<>();
        private volatile boolean ended;

        @Override
        public byte @Nullable [] get(StoreTable table, String key) {
            requireUsable();
            byte[] value = rows(table).get(StoreLimits.requireKey(key, "key"));
            return value == null ? null : value.clone();
        }

        @Override
        public void put(StoreTable table, String key, byte[] value) {
            requireUsable();
            byte[] copy = StoreLimits.requireValue(value).clone();
            write(rows(table), StoreLimits.requireKey(key, "key"), copy);
        }

        @Override
        public void delete(StoreTable table, String key) {
            requireUsable();
            write(rows(table), StoreLimits.requireKey(key, "key"), null);
        }

        @Override
        public Set<StoreTable> tables() {
            requireUsable();
            Set<StoreTable> written = new HashSet<>();
            tables.forEach((table, rows) -> {
                if (!rows.isEmpty()) {
                    written.add(table);
                }
            });
            return Set.copyOf(written);
        }

        @Override
        public List<StoreEntry> scan(StoreTable table, String from, @Nullable String to, int limit) {
            requireUsable();
            StoreLimits.requireBound(from, "from");
            StoreLimits.requireLimit(limit);
            SortedMap<String, byte[]> range = rows(table).tailMap(from);
            if (to != null) {
                StoreLimits.requireBound(to, "to");
                if (to.compareTo(from) <= 0) {
                    return List.of();
                }
                range = range.headMap(to);
            }
            List<StoreEntry> entries = new ArrayList<>();
            for (Map.Entry<String, byte[]> row : range.entrySet()) {
                if (entries.size() == limit) {
                    break;
                }
                entries.add(new StoreEntry(row.getKey(), row.getValue()));
            }
            return List.copyOf(entries);
        }

        private void write(NavigableMap<String, byte[]> rows, String key, byte @Nullable [] value) {
            byte[] before = value == null ? rows.remove(key) : rows.put(key, value);
            undo.push(() -> {
                if (before == null) {
                    rows.remove(key);
                } else {
                    rows.put(key, before);
                }
            });
        }

        void undo() {
            undo.forEach(Runnable::run);
        }

        void end() {
            ended = true;
        }

        private void requireUsable() {
            if (ended) {
                throw new IllegalStateException("the transaction has ended");
            }
            if (Thread.currentThread() != owner) {
                throw new IllegalStateException("a transaction serves only the thread it was opened on");
            }
        }
    }
}
