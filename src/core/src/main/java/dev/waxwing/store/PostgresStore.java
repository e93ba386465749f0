package dev.waxwing.store;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.StoreFailedException;
import java.time.Duration;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The store for a server: any number of accounts in a schema of a PostgreSQL database (12 or newer). Needs {@code
 * org.postgresql:postgresql} beside Waxwing and, unless it is given a {@link DataSource}, {@code com.zaxxer:HikariCP}:
 * both are optional dependencies.
 *
 * <pre>{@code
 * AccountStore sales = PostgresStore.builder("jdbc:postgresql://db.internal/bots")
 *         .user("bots")
 *         .password(System.getenv("DB_PASSWORD"))
 *         .account("sales")
 *         .open();
 * }</pre>
 *
 * <p>The schema and its tables are made, and brought up to date by later versions, when the first account is opened.
 * Accounts opened with the same address, user, pool size, timeout and schema share one pool. Each has its own line of
 * transactions, in which those that wait together are committed together; different accounts run in parallel.
 *
 * <p>An account is open in one store at a time, wherever that runs. An advisory lock of the database says so, held by
 * one connection for all accounts of the pool: it must not go through a proxy that hands sessions around, such as
 * PgBouncer in transaction mode. If that connection is lost, the next transaction fails; the one after it takes the
 * lock anew. If another process opened the account in between, every transaction fails from then on, and none of them
 * was or will be committed: two processes never advance one ratchet.
 *
 * <p>Back the database up by its own means, knowing that going back to an old copy means using message keys twice.
 */
public final class PostgresStore implements AccountStore {

    private static final String DEFAULT_ACCOUNT = "default";
    private static final String DEFAULT_SCHEMA = "waxwing";

    private final PostgresAccount account;
    private final @Nullable AtRestCipher cipher;
    private volatile boolean closed;
    /** Under this store's monitor: closing threads wait for each other. */
    private boolean released;

    private PostgresStore(PostgresAccount account, @Nullable AtRestCipher cipher) {
        this.account = account;
        this.cipher = cipher;
    }

    /**
     * Starts from the defaults, with a pool of connections that Waxwing opens and closes.
     *
     * @param jdbcUrl the database, for example {@code jdbc:postgresql://localhost:5432/bots}; the driver's parameters
     *     may follow
     * @return a builder
     */
    public static Builder builder(String jdbcUrl) {
        return new Builder(jdbcUrl);
    }

    /**
     * Starts from the defaults, with the application's own connections. One of them is kept while accounts are open,
     * and an account whose transaction runs uses another: a pool must have at least two.
     *
     * @param dataSource answers connections to one PostgreSQL database; never closed by the store
     * @return a builder
     */
    public static Builder builder(DataSource dataSource) {
        return new Builder(dataSource);
    }

    @Override
    public <T extends @Nullable Object> T transact(Function<StoreTransaction, T> work) {
        requireNonNull(work, "work");
        requireOpen();
        try {
            return account.transact(cipher, transaction -> {
                requireOpen();
                return work.apply(transaction);
            });
        } catch (StoreFailedException e) {
            // Closed while this one stood in line: then the connections may be gone already.
            requireOpen();
            throw e;
        }
    }

    @Override
    public synchronized void close() {
        if (released) {
            return;
        }
        account.quiesce(() -> closed = true);
        released = true;
        account.release();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
    }

    /** Where the store is, for logs: without user and password. */
    @Override
    public String toString() {
        return "PostgresStore[account " + account + "]";
    }

    /** Options of a {@link PostgresStore}. Not thread-safe. */
    public static final class Builder {

        private static final Pattern SCHEMA = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

        private final @Nullable DataSource dataSource;
        private final String url;
        private @Nullable String user;
        private @Nullable String password;
        private int maxConnections = 10;
        private String schema = DEFAULT_SCHEMA;
        private String account = DEFAULT_ACCOUNT;
        private Durability durability = Durability.POWER_LOSS;
        private Duration timeout = Duration.ofSeconds(30);
        private byte @Nullable [] encryptionKey;

        private Builder(String jdbcUrl) {
            requireNonNull(jdbcUrl, "jdbcUrl");
            if (!jdbcUrl.startsWith("jdbc:postgresql:")) {
                // Not repeated: it may hold a password.
                throw new IllegalArgumentException("jdbcUrl must start with jdbc:postgresql:");
            }
            this.dataSource = null;
            this.url = jdbcUrl;
        }

        private Builder(DataSource dataSource) {
            this.dataSource = requireNonNull(dataSource, "dataSource");
            this.url = "";
        }

        /**
         * Who connects.
         *
         * @param user the database role; default is what the address says
         * @return this builder
         * @throws IllegalStateException if a data source was given
         */
        public Builder user(String user) {
            requireOwnPool("user");
            this.user = requireNonNull(user, "user");
            return this;
        }

        /**
         * The role's password.
         *
         * @param password the password; default is what the address says
         * @return this builder
         * @throws IllegalStateException if a data source was given
         */
        public Builder password(String password) {
            requireOwnPool("password");
            this.password = requireNonNull(password, "password");
            return this;
        }

        /**
         * How many transactions of different accounts run at the same time at most. The pool has one connection more,
         * which holds the accounts' locks.
         *
         * @param maxConnections 1 to 1000; default 10
         * @return this builder
         * @throws IllegalStateException if a data source was given
         */
        public Builder maxConnections(int maxConnections) {
            requireOwnPool("maxConnections");
            if (maxConnections < 1 || maxConnections > 1000) {
                throw new IllegalArgumentException("maxConnections must be 1 to 1000 but was " + maxConnections);
            }
            this.maxConnections = maxConnections;
            return this;
        }

        /**
         * Where the tables are. The schema is made if it is not there, which takes the right to create one in the
         * database.
         *
         * @param schema 1 to 63 lower-case letters, digits and underscores, no digit first; default {@code waxwing}
         * @return this builder
         */
        public Builder schema(String schema) {
            requireNonNull(schema, "schema");
            if (!SCHEMA.matcher(schema).matches()) {
                throw new IllegalArgumentException(
                        "schema must be 1 to 63 lower-case letters, digits and underscores but was " + schema);
            }
            this.schema = schema;
            return this;
        }

        /**
         * Which account of the schema.
         *
         * @param account the name, 1 to 512 printable ASCII characters; default {@code default}
         * @return this builder
         */
        public Builder account(String account) {
            this.account = StoreLimits.requireKey(account, "account");
            return this;
        }

        /**
         * What a committed transaction survives. A killed application loses nothing either way. With {@link
         * Durability#PROCESS_CRASH} the server confirms before it has written to its disk ({@code synchronous_commit =
         * off}): if the <em>server</em> then crashes, the last transactions, of up to a second, are gone, and message
         * keys of that second would be used twice. With {@link Durability#POWER_LOSS} it is at least {@code on}; what
         * the server is configured to beyond that (standbys) is kept.
         *
         * @param durability default {@link Durability#POWER_LOSS}
         * @return this builder
         */
        public Builder durability(Durability durability) {
            this.durability = requireNonNull(durability, "durability");
            return this;
        }

        /**
         * How long a transaction waits for its turn, for a connection, for each statement and for its commit, each by
         * itself, before it fails with {@link StoreFailedException}. A transaction whose process hangs for so long is
         * ended by the server.
         *
         * @param timeout 1 ms to 1 hour; default 30 s
         * @return this builder
         */
        public Builder timeout(Duration timeout) {
            requireNonNull(timeout, "timeout");
            if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("timeout must be 1 ms to 1 hour but was " + timeout);
            }
            this.timeout = timeout;
            return this;
        }

        /**
         * Encrypts what is {@linkplain StoreTable#secret secret} in this account before it leaves for the database:
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
         * @throws StoreFailedException if the database cannot be reached, the account is open elsewhere, the schema was
         *     written by a newer version, or the encryption key is not the account's
         * @throws IllegalStateException if the driver or the pool is missing
         */
        public PostgresStore open() {
            PostgresSource source = dataSource == null
                    ? new PostgresSource(null, url, user, password, maxConnections, timeout)
                    : PostgresSource.of(dataSource, timeout);
            PostgresAccount opened = PostgresDatabase.open(source, schema, account, durability, timeout);
            boolean usable = false;
            try {
                AtRestCipher cipher = opened.cipher(encryptionKey);
                usable = true;
                return new PostgresStore(opened, cipher);
            } finally {
                if (!usable) {
                    opened.release();
                }
            }
        }

        private void requireOwnPool(String option) {
            if (dataSource != null) {
                throw new IllegalStateException(option + " is the data source's own, which was given");
            }
        }
    }
}
