package dev.waxwing.store;

import static java.util.Objects.requireNonNull;

import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One account's view of the database transaction that its work takes part in. */
final class SqliteTransaction implements StoreTransaction {

    private final String account;
    private final EntryStatements entries;
    private final GroupCommit commits;
    private final Thread owner = Thread.currentThread();
    private volatile boolean ended;

    SqliteTransaction(String account, EntryStatements entries, GroupCommit commits) {
        this.account = account;
        this.entries = entries;
        this.commits = commits;
    }

    void end() {
        ended = true;
    }

    @Override
    public byte @Nullable [] get(StoreTable table, String key) {
        requireUsable();
        requireNonNull(table, "table");
        StoreLimits.requireKey(key, "key");
        try {
            return entries.get(account, table, key);
        } catch (SQLException e) {
            throw commits.fail(e);
        }
    }

    @Override
    public void put(StoreTable table, String key, byte[] value) {
        requireUsable();
        requireNonNull(table, "table");
        StoreLimits.requireKey(key, "key");
        StoreLimits.requireValue(value);
        try {
            entries.put(account, table, key, value);
        } catch (SQLException e) {
            throw commits.fail(e);
        }
    }

    @Override
    public void delete(StoreTable table, String key) {
        requireUsable();
        requireNonNull(table, "table");
        StoreLimits.requireKey(key, "key");
        try {
            entries.delete(account, table, key);
        } catch (SQLException e) {
            throw commits.fail(e);
        }
    }

    @Override
    public List<StoreEntry> scan(StoreTable table, String from, @Nullable String to, int limit) {
        requireUsable();
        requireNonNull(table, "table");
        StoreLimits.requireBound(from, "from");
        if (to != null) {
            StoreLimits.requireBound(to, "to");
        }
        StoreLimits.requireLimit(limit);
        try {
            return entries.scan(account, table, from, to, limit);
        } catch (SQLException e) {
            throw commits.fail(e);
        }
    }

    private void requireUsable() {
        if (ended) {
            throw new IllegalStateException("the transaction has ended");
        }
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException("a transaction serves only the thread it was opened on");
        }
        commits.requireHealthy();
    }
}
