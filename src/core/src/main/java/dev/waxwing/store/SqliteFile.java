package dev.waxwing.store;

import dev.waxwing.error.StoreFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A SQLite file that this process has open, shared by the accounts in it: one connection, one line for its turns, one
 * lock against other processes. Opened with its first account and closed with its last.
 */
final class SqliteFile {

    /** What a file was opened with; the same for all its accounts. */
    record Options(Durability durability, Duration busyTimeout) {}

    private static final ConcurrentMap<Path, SqliteFile> OPEN = new ConcurrentHashMap<>();

    private final Path path;
    private final Options options;
    private final StoreLock lock;
    private final SqliteDatabase database;
    private final GroupCommit commits;
    /** Changed only inside an update of this file's entry in {@link #OPEN}. */
    private final Set<String> accounts = new HashSet<>();

    private SqliteFile(Path path, Options options, StoreLock lock, SqliteDatabase database) {
        this.path = path;
        this.options = options;
        this.lock = lock;
        this.database = database;
        this.commits = new GroupCommit(database, options.busyTimeout(), options.busyTimeout());
    }

    static SqliteFile acquire(Path wanted, String account, Options options) {
        Path path = canonical(wanted);
        return OPEN.compute(path, (key, opened) -> {
            SqliteFile file = opened == null ? open(path, options) : opened;
            if (!file.options.equals(options)) {
                throw new IllegalStateException("store " + path + " is already open with " + file.options
                        + ", not with " + options + ": accounts of one file share their options");
            }
            if (!file.accounts.add(account)) {
                throw new StoreFailedException("account " + account + " of store " + path
                        + " is already open in this process; close it first");
            }
            return file;
        });
    }

    /** The account's cipher, or null if its values are kept in the clear. */
    @Nullable
    AtRestCipher cipher(String account, byte @Nullable [] key) {
        return commits.<@Nullable AtRestCipher>run(() -> {
            try {
                return AtRestCipher.of(account, key, database.entries());
            } catch (SQLException e) {
                throw commits.fail(e);
            }
        });
    }

    <T extends @Nullable Object> T transact(
            String account, @Nullable AtRestCipher cipher, Function<StoreTransaction, T> work) {
        return commits.run(() -> {
            JdbcTransaction transaction = new JdbcTransaction(account, database.entries(), cipher, commits);
            try {
                return work.apply(transaction);
            } finally {
                transaction.end();
            }
        });
    }

    @Override
    public String toString() {
        return path.toString();
    }

    /** Runs an action while no transaction of the file runs. */
    void quiesce(Runnable action) {
        commits.runAlone(action);
    }

    /** Gives up an account none of whose transactions runs; with the last one the file is closed. */
    void release(String account) {
        List<SQLException> failure = new ArrayList<>();
        OPEN.compute(path, (key, opened) -> {
            accounts.remove(account);
            if (!accounts.isEmpty()) {
                return this;
            }
            // In this order: whoever gets the lock next finds the log folded in.
            try {
                database.close();
            } catch (SQLException e) {
                failure.add(e);
            }
            lock.close();
            return null;
        });
        for (SQLException e : failure) {
            throw new StoreFailedException("store " + path + " did not close in order: " + e.getMessage(), e);
        }
    }

    private static SqliteFile open(Path path, Options options) {
        StoreLock lock = StoreLock.take(path);
        boolean opened = false;
        try {
            SqliteDatabase database = SqliteDatabase.open(path, options.durability(), options.busyTimeout());
            opened = true;
            return new SqliteFile(path, options, lock, database);
        } finally {
            if (!opened) {
                lock.close();
            }
        }
    }

    /** One name for one file, whichever way it was written; makes missing directories. */
    private static Path canonical(Path wanted) {
        Path absolute = wanted.toAbsolutePath().normalize();
        Path directory = absolute.getParent();
        Path name = absolute.getFileName();
        if (directory == null || name == null) {
            throw new IllegalArgumentException("path must name a file but was " + wanted);
        }
        if (Files.isDirectory(absolute)) {
            throw new IllegalArgumentException("path must name a file but " + wanted + " is a directory");
        }
        try {
            OwnerOnly.createDirectories(directory);
            return Files.exists(absolute)
                    ? absolute.toRealPath()
                    : directory.toRealPath().resolve(name);
        } catch (IOException e) {
            throw new StoreFailedException("cannot use the directory of store " + wanted + ": " + e.getMessage(), e);
        }
    }
}
