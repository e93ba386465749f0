package dev.waxwing.store;

import dev.waxwing.error.StoreFailedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A schema of a PostgreSQL database that this process has open, shared by the accounts in it: the pool and the
 * connection that holds their locks. Opened with its first account and closed with its last.
 */
final class PostgresDatabase {

    private record Place(PostgresSource source, String schema) {}

    private static final Logger LOG = LoggerFactory.getLogger(PostgresDatabase.class);

    private static final ConcurrentMap<Place, PostgresDatabase> OPEN = new ConcurrentHashMap<>();

    private final Place place;
    private final PostgresSource.Connections connections;
    private final PostgresSchema schema;
    private final PostgresLocks locks;
    /** Changed only inside an update of this database's entry in {@link #OPEN}. */
    private final Set<String> accounts = new HashSet<>();

    private PostgresDatabase(Place place, PostgresSource.Connections connections, PostgresSchema schema) {
        this.place = place;
        this.connections = connections;
        this.schema = schema;
        this.locks = new PostgresLocks(connections, schema);
    }

    /** Opens an account, which nobody else then has open; {@link #release} gives it back. */
    static PostgresAccount open(
            PostgresSource source, String schema, String account, Durability durability, Duration timeout) {
        PostgresDatabase database = acquire(new Place(source, schema), account);
        boolean opened = false;
        try {
            if (!database.locks.take(account)) {
                throw new StoreFailedException(
                        "account " + account + " of " + database + " is open in another process ("
                                + database.holder(account) + "); an account is used by one process at a time");
            }
            long epoch = database.nextEpoch(account, timeout);
            opened = true;
            return new PostgresAccount(database, account, epoch, durability, timeout);
        } catch (SQLException e) {
            throw new StoreFailedException(
                    "cannot open account " + account + " of " + database + ": " + e.getMessage(), e);
        } finally {
            if (!opened) {
                database.release(account);
            }
        }
    }

    private static PostgresDatabase acquire(Place place, String account) {
        return OPEN.compute(place, (key, opened) -> {
            PostgresDatabase database = opened == null ? connect(place) : opened;
            if (!database.accounts.add(account)) {
                throw new StoreFailedException(
                        "account " + account + " of " + database + " is already open in this process; close it first");
            }
            return database;
        });
    }

    private static PostgresDatabase connect(Place place) {
        PostgresSource.Connections connections = place.source().open();
        PostgresDatabase database = new PostgresDatabase(place, connections, new PostgresSchema(place.schema()));
        boolean usable = false;
        try (Connection connection = database.connection()) {
            database.limit(connection, place.source().timeout());
            database.schema.update(connection);
            database.warnOfLostSync(connection);
            usable = true;
            return database;
        } catch (SQLException e) {
            throw new StoreFailedException("cannot open " + database + ": " + e.getMessage(), e);
        } finally {
            if (!usable) {
                connections.close();
            }
        }
    }

    /** Gives up an account none of whose transactions runs; with the last one the connections are closed. */
    void release(String account) {
        locks.release(account);
        OPEN.compute(place, (key, opened) -> {
            accounts.remove(account);
            if (!accounts.isEmpty()) {
                return this;
            }
            locks.close();
            connections.close();
            return null;
        });
    }

    /** A connection without auto-commit; interrupts wait until it is there. */
    Connection connection() throws SQLException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    Connection connection = connections.next();
                    if (connection.getAutoCommit()) {
                        connection.setAutoCommit(false);
                    }
                    return connection;
                } catch (SQLException e) {
                    // A pool waits interruptibly, but a transaction that others have joined must not be given up for
                    // that.
                    if (!Thread.interrupted() && !(e.getCause() instanceof InterruptedException)) {
                        throw e;
                    }
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    PostgresSchema schema() {
        return schema;
    }

    PostgresLocks locks() {
        return locks;
    }

    /** Who opened the account last, as far as can be told. */
    String holder(String account) {
        try (Connection connection = connection();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT opened_by, opened_at FROM " + schema.table("account") + " WHERE name = ?")) {
            statement.setString(1, account);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) + ", since " + rows.getString(2) : "it has just begun";
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            return "which one is not known: " + e.getMessage();
        }
    }

    /** From here on no transaction of an earlier opener commits; waits for the one that is committing, if any. */
    private long nextEpoch(String account, Duration timeout) throws SQLException {
        try (Connection connection = connection()) {
            limit(connection, timeout);
            try (PreparedStatement statement = connection.prepareStatement(
                    "INSERT INTO " + schema.table("account") + " AS a (name, epoch, opened_by, opened_at)"
                            + " VALUES (?, 1, ? || coalesce(' at ' || host(inet_client_addr()), ''), now())"
                            + " ON CONFLICT (name) DO UPDATE SET epoch = a.epoch + 1,"
                            + " opened_by = excluded.opened_by, opened_at = excluded.opened_at RETURNING epoch")) {
                statement.setString(1, account);
                statement.setString(2, "pid " + ProcessHandle.current().pid());
                try (ResultSet rows = statement.executeQuery()) {
                    rows.next();
                    long epoch = rows.getLong(1);
                    connection.commit();
                    return epoch;
                }
            }
        }
    }

    private void limit(Connection connection, Duration timeout) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(PostgresAccount.limits(timeout));
        }
    }

    private void warnOfLostSync(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT current_setting('fsync')")) {
            if (rows.next() && rows.getString(1).equals("off")) {
                LOG.warn("{} runs with fsync = off: power loss may cost it everything", this);
            }
        } finally {
            connection.rollback();
        }
    }

    @Override
    public String toString() {
        return place.source() + ", schema " + place.schema();
    }
}
