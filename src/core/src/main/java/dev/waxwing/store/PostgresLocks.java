package dev.waxwing.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.waxwing.internal.crypto.Digests;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The advisory locks that keep other processes away from the accounts open in this one, all held by one connection that
 * does nothing else and ends with the process. Thread-safe.
 *
 * <p>The locks refuse a second opener early and clearly. That two never write rests on the account's epoch instead
 * ({@link PostgresAccount}), since a server that loses this connection frees the locks without the process knowing.
 */
final class PostgresLocks implements AutoCloseable {

    /**
     * How long an opener waits for the lock: the server takes a moment to notice that a killed process is gone, which
     * must not keep its successor out.
     */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    /** {@code lock_not_available}: what the server answers when the patience ends. */
    private static final String LOCK_TIMEOUT = "55P03";

    /**
     * The server notices within a minute that a machine is gone; by default it would keep its locks for two hours. It
     * also must not end a session for being idle, which this one always is (a setting since PostgreSQL 14).
     */
    private static final String PREPARE_SESSION = "SELECT set_config('tcp_keepalives_idle', '30', false),"
            + " set_config('tcp_keepalives_interval', '10', false), set_config('tcp_keepalives_count', '3', false),"
            + " set_config('lock_timeout', '" + PATIENCE.toMillis() + "', false),"
            + " CASE WHEN current_setting('idle_session_timeout', true) IS NOT NULL"
            + " THEN set_config('idle_session_timeout', '0', false) END";

    private final PostgresSource.Connections connections;
    private final PostgresSchema schema;
    private final Set<String> held = new LinkedHashSet<>();
    private @Nullable Connection connection;

    PostgresLocks(PostgresSource.Connections connections, PostgresSchema schema) {
        this.connections = connections;
        this.schema = schema;
    }

    /**
     * Makes sure of the account's lock, on a new connection if the one that held it is gone.
     *
     * @return false if another process has it
     */
    synchronized boolean take(String account) throws SQLException {
        Connection live = liveConnection();
        if (held.contains(account)) {
            return true;
        }
        try {
            advisory(live, "pg_advisory_lock", account);
        } catch (SQLException e) {
            if (LOCK_TIMEOUT.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
        held.add(account);
        return true;
    }

    synchronized void release(String account) {
        Connection live = connection;
        if (!held.remove(account) || live == null) {
            return;
        }
        try {
            advisory(live, "pg_advisory_unlock", account);
        } catch (SQLException e) {
            // Then the connection is gone, and the lock with it.
        }
    }

    @Override
    public synchronized void close() {
        letGo();
    }

    /** Waits for a lock that ends with the connection's transaction. */
    static void lockForTransaction(Connection connection, String schema) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
            statement.setLong(1, key(schema, ""));
            statement.execute();
        }
    }

    /** The number of an account's lock; accounts have names, so the empty one is the schema's own. */
    static long key(String schema, String account) {
        byte[] digest = Digests.sha256(("waxwing store\0" + schema + '\0' + account).getBytes(US_ASCII));
        return ByteBuffer.wrap(digest).getLong();
    }

    private Connection liveConnection() throws SQLException {
        Connection current = connection;
        if (current != null && isAlive(current)) {
            return current;
        }
        List<String> lost = List.copyOf(held);
        letGo();
        Connection fresh = connections.next();
        try {
            // Never in a transaction: that would keep the server from cleaning up.
            fresh.setAutoCommit(true);
            try (Statement statement = fresh.createStatement()) {
                statement.execute(PREPARE_SESSION);
            }
        } catch (SQLException | RuntimeException | Error e) {
            closeQuietly(fresh);
            throw e;
        }
        connection = fresh;
        // Those of them that somebody else got by now find out at their next transaction.
        for (String account : lost) {
            if (advisory(fresh, "pg_try_advisory_lock", account)) {
                held.add(account);
            }
        }
        return fresh;
    }

    /** By a statement, since only a failed one makes a pool drop a connection that is broken. */
    private static boolean isAlive(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            return statement.execute("SELECT 1");
        } catch (SQLException e) {
            return false;
        }
    }

    /** Whether the function answered true; the one that waits answers nothing. */
    private boolean advisory(Connection live, String function, String account) throws SQLException {
        try (PreparedStatement statement = live.prepareStatement("SELECT " + function + "(?)")) {
            statement.setLong(1, key(schema.toString(), account));
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && "t".equals(rows.getString(1));
            }
        }
    }

    private void letGo() {
        Connection old = connection;
        connection = null;
        if (old == null) {
            return;
        }
        // A pool keeps the session: its locks must not outlive their use.
        try (Statement statement = old.createStatement()) {
            statement.execute("SELECT pg_advisory_unlock_all()");
            statement.execute("RESET ALL");
        } catch (SQLException e) {
            // Then the session has ended, and everything it held.
        }
        held.clear();
        closeQuietly(old);
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // Nothing rests on it any more.
        }
    }
}
