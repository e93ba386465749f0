package dev.waxwing.store;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.StoreFailedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The embedded store: an account in a SQLite file. Needs {@code org.xerial:sqlite-jdbc} beside Waxwing, an optional
 * dependency.
 *
 * <pre>{@code
 * AccountStore store = SqliteStore.at(Path.of("account.db"));
 *
 * // Or several accounts in one file, which survives power loss too:
 * AccountStore sales = SqliteStore.builder(Path.of("accounts.db"))
 *         .account("sales")
 *         .durability(Durability.POWER_LOSS)
 *         .open();
 * }</pre>
 *
 * <p>The file is made if it is not there, readable by its owner only; so are the files SQLite puts beside it ({@code
 * -wal}, {@code -shm}) and the lock file ({@code .lock}, which stays). Back it up with SQLite's own means ({@code
 * sqlite3 account.db ".backup copy.db"}), never by copying the file of a running account: going back to an old copy
 * means using message keys twice.
 *
 * <p>A file is open in one process at a time, and an account in one store at a time. Accounts of one file share a
 * connection and its line: transactions run one after the other, and those that wait together are committed together.
 */
public final class SqliteStore implements AccountStore {

    private static final String DEFAULT_ACCOUNT = "default";

    private final SqliteFile file;
    private final String account;
    private final @Nullable AtRestCipher cipher;
    private volatile boolean closed;
    /** Under this store's monitor: closing threads wait for each other. */
    private boolean released;

    private SqliteStore(SqliteFile file, String account, @Nullable AtRestCipher cipher) {
        this.file = file;
        this.account = account;
        this.cipher = cipher;
    }

    /**
     * Opens the file of one account.
     *
     * @param path the file; it and its directories are made if missing
     * @return the open store
     * @throws StoreFailedException if the file is open already, damaged, not a store or written by a newer version
     * @throws IllegalStateException if the driver is missing
     */
    public static SqliteStore at(Path path) {
        return builder(path).open();
    }

    /**
     * Opens one of the accounts of a file.
     *
     * @param path the file; it and its directories are made if missing
     * @param account the account's name in the file, 1 to 512 printable ASCII characters
     * @return the open store
     * @throws StoreFailedException if the account is open already, or the file open in another process, damaged, not a
     *     store or written by a newer version
     * @throws IllegalStateException if the driver is missing
     */
    public static SqliteStore at(Path path, String account) {
        return builder(path).account(account).open();
    }

    /**
     * Starts from the defaults.
     *
     * @param path the file
     * @return a builder
     */
    public static Builder builder(Path path) {
        return new Builder(path);
    }

    @Override
    public <T extends @Nullable Object> T transact(Function<StoreTransaction, T> work) {
        requireNonNull(work, "work");
        requireOpen();
        try {
            return file.transact(account, cipher, transaction -> {
                requireOpen();
                return work.apply(transaction);
            });
        } catch (StoreFailedException e) {
            // Closed while this one stood in line: then the connection may be gone already.
            requireOpen();
            throw e;
        }
    }

    @Override
    public synchronized void close() {
        if (released) {
            return;
        }
        file.quiesce(() -> closed = true);
        released = true;
        file.release(account);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
    }

    /** Where the store is, for logs. */
    @Override
    public String toString() {
        return "SqliteStore[" + file + ", account " + account + "]";
    }

    /** Options of a {@link SqliteStore}. Not thread-safe. */
    public static final class Builder {

        private final Path path;
        private String account = DEFAULT_ACCOUNT;
        private Durability durability = Durability.PROCESS_CRASH;
        private Duration busyTimeout = Duration.ofSeconds(30);
        private byte @Nullable [] encryptionKey;

        private Builder(Path path) {
            this.path = requireNonNull(path, "path");
            if (path.toString().indexOf('?') >= 0) {
                throw new IllegalArgumentException(
                        "path must not contain '?', where the driver's own options begin, but was " + path);
            }
        }

        /**
         * Which account of the file.
         *
         * @param account the name, 1 to 512 printable ASCII characters; default {@code default}
         * @return this builder
         */
        public Builder account(String account) {
            this.account = StoreLimits.requireKey(account, "account");
            return this;
        }

        /**
         * What a committed transaction survives.
         *
         * @param durability default {@link Durability#PROCESS_CRASH}
         * @return this builder
         */
        public Builder durability(Durability durability) {
            this.durability = requireNonNull(durability, "durability");
            return this;
        }

        /**
         * How long a transaction waits for its turn, for its commit, and for another program that has the file locked
         * (a backup), before it fails with {@link StoreFailedException}.
         *
         * @param busyTimeout 1 ms to 1 hour; default 30 s
         * @return this builder
         */
        public Builder busyTimeout(Duration busyTimeout) {
            requireNonNull(busyTimeout, "busyTimeout");
            if (busyTimeout.compareTo(Duration.ofMillis(1)) < 0 || busyTimeout.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("busyTimeout must be 1 ms to 1 hour but was " + busyTimeout);
            }
            this.busyTimeout = busyTimeout;
            return this;
        }

        /**
         * Encrypts what is {@linkplain StoreTable#secret secret} in this account before it reaches the file:
         * AES-256-GCM, under a key of the account that is derived from this one. Keys of entries (addresses, message
         * ids) stay readable. The account has the key from its first opening on; there is no way to read it without.
         *
         * @param key 32 random bytes, copied; default none
         * @return this builder
         */
        public Builder encryptionKey(byte[] key) {
            this.encryptionKey = AtRestCipher.requireKey(key);
            return this;
        }

        /**
         * Opens the store.
         *
         * @return the open store
         * @throws StoreFailedException if the account is open already, or the file open in another process, damaged,
         *     not a store or written by a newer version, or the encryption key is not the account's
         * @throws IllegalStateException if the driver is missing, or the file is open with other options
         */
        public SqliteStore open() {
            SqliteFile file = SqliteFile.acquire(path, account, new SqliteFile.Options(durability, busyTimeout));
            boolean opened = false;
            try {
                AtRestCipher cipher = file.cipher(account, encryptionKey);
                opened = true;
                return new SqliteStore(file, account, cipher);
            } finally {
                if (!opened) {
                    file.release(account);
                }
            }
        }
    }
}
