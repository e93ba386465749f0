package dev.waxwing.store;

import static java.util.Objects.requireNonNull;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One account's view of the database transaction that its work takes part in; encrypts what is secret, if the account
 * has a key.
 */
final class JdbcTransaction implements StoreTransaction {

    private final String account;
    private final EntryStatements entries;
    private final @Nullable AtRestCipher cipher;
    private final GroupCommit commits;
    private final Thread owner = Thread.currentThread();
    private volatile boolean ended;

    JdbcTransaction(String account, EntryStatements entries, @Nullable AtRestCipher cipher, GroupCommit commits) {
        this.account = account;
        this.entries = entries;
        this.cipher = cipher;
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
        byte[] stored;
        try {
            stored = entries.get(account, table.wireName(), key);
        } catch (SQLException e) {
            throw commits.fail(e);
        }
        return stored == null ? null : opened(table, key, stored);
    }

    @Override
    public void put(StoreTable table, String key, byte[] value) {
        requireUsable();
        requireNonNull(table, "table");
        StoreLimits.requireKey(key, "key");
        StoreLimits.requireValue(value);
        byte[] stored = cipher != null && table.secret() ? cipher.seal(table, key, value) : value;
        try {
            entries.put(account, table.wireName(), key, stored);
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
            entries.delete(account, table.wireName(), key);
        } catch (SQLException e) {
            throw commits.fail(e);
        }
    }

    @Override
    public Set<StoreTable> tables() {
        requireUsable();
        try {
            Set<StoreTable> tables = new HashSet<>();
            for (String name : entries.tables(account)) {
                if (!AtRestCipher.isMarker(name)) {
                    tables.add(StoreTable.of(name));
                }
            }
            return Set.copyOf(tables);
        } catch (SQLException e) {
            throw commits.fail(e);
        }
    }

    @Override
    public List<StoreEntry> scan(StoreTable table, String from, @Nullable String to, int limit) {
        requireRange(table, from, to, limit);
        List<StoreEntry> stored;
        try {
            stored = entries.scan(account, table.wireName(), from, to, limit);
        } catch (SQLException e) {
            throw commits.fail(e);
        }
        if (cipher == null || !table.secret()) {
            return stored;
        }
        List<StoreEntry> opened = new ArrayList<>(stored.size());
        for (StoreEntry entry : stored) {
            opened.add(new StoreEntry(entry.key(), opened(table, entry.key(), entry.value())));
        }
        return List.copyOf(opened);
    }

    @Override
    public List<String> keys(StoreTable table, String from, @Nullable String to, int limit) {
        requireRange(table, from, to, limit);
        try {
            return entries.keys(account, table.wireName(), from, to, limit);
        } catch (SQLException e) {
            throw commits.fail(e);
        }
    }

    private byte[] opened(StoreTable table, String key, byte[] stored) {
        return cipher != null && table.secret() ? cipher.open(table, key, stored) : stored;
    }

    private void requireRange(StoreTable table, String from, @Nullable String to, int limit) {
        requireUsable();
        requireNonNull(table, "table");
        StoreLimits.requireBound(from, "from");
        if (to != null) {
            StoreLimits.requireBound(to, "to");
        }
        StoreLimits.requireLimit(limit);
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
