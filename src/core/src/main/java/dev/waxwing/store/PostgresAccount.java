package dev.waxwing.store;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An account that this process has open, and the database transaction that its works share. It has a connection of the
 * pool only while such a transaction is open. Used by whoever has the account's turn.
 *
 * <p>Every transaction first locks the account's row and compares its epoch, which each opener increments: once
 * somebody else has opened the account, nothing of ours commits any more, and while a transaction of ours is open,
 * nobody else finishes opening it. The same statement tries the account's advisory lock: getting it means that the
 * connection which should hold it is gone.
 */
final class PostgresAccount implements GroupCommit.Database {

    private final PostgresDatabase database;
    private final String account;
    private final long epoch;
    private final GroupCommit commits;
    private final String entryTable;
    private final String beginSql;

    private @Nullable Connection connection;
    private @Nullable EntryStatements entries;
    /** Whether a transaction is open on the connection, with the row locked. */
    private boolean begun;
    /** How many works the transaction has had. The first one's mark is the beginning, the others' is a savepoint. */
    private int works;

    private boolean savepoint;
    private boolean lockLost;
    private @Nullable String takenOver;

    PostgresAccount(PostgresDatabase database, String account, long epoch, Durability durability, Duration timeout) {
        this.database = database;
        this.account = account;
        this.epoch = epoch;
        this.commits = new GroupCommit(this, timeout, timeout);
        this.entryTable = database.schema().table("entry");
        // One trip to the server, the driver's own BEGIN included.
        this.beginSql = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE; " + limits(timeout) + ", "
                + synchronousCommit(durability)
                + "; SELECT epoch, pg_try_advisory_xact_lock(?), opened_by || ', since ' || opened_at FROM "
                + database.schema().table("account") + " WHERE name = ? FOR NO KEY UPDATE";
    }

    /** Ends what takes too long, and a transaction whose process hangs, so that no one waits for it for ever. */
    static String limits(Duration timeout) {
        String millis = "', '" + timeout.toMillis() + "', true)";
        return "SELECT set_config('statement_timeout" + millis + ", set_config('lock_timeout" + millis
                + ", set_config('idle_in_transaction_session_timeout" + millis;
    }

    /** What the server is set to may be stricter than {@code on}; only {@code off} loses what it has confirmed. */
    private static String synchronousCommit(Durability durability) {
        return durability == Durability.PROCESS_CRASH
                ? "set_config('synchronous_commit', 'off', true)"
                : "CASE WHEN current_setting('synchronous_commit') = 'off'"
                        + " THEN set_config('synchronous_commit', 'on', true) END";
    }

    <T extends @Nullable Object> T transact(@Nullable AtRestCipher cipher, Function<StoreTransaction, T> work) {
        return commits.run(() -> {
            JdbcTransaction transaction = new JdbcTransaction(account, openEntries(), cipher, commits);
            try {
                return work.apply(transaction);
            } finally {
                transaction.end();
            }
        });
    }

    /** The account's cipher, or null if its values are kept in the clear. */
    @Nullable
    AtRestCipher cipher(byte @Nullable [] key) {
        Supplier<@Nullable AtRestCipher> opening = () -> {
            try {
                return AtRestCipher.of(account, key, openEntries());
            } catch (SQLException e) {
                throw commits.fail(e);
            }
        };
        return commits.run(opening);
    }

    /** Runs an action while no transaction of the account runs. */
    void quiesce(Runnable action) {
        commits.runAlone(action);
    }

    /** Gives up the account, none of whose transactions runs. */
    void release() {
        database.release(account);
    }

    @Override
    public void begin() throws SQLException {
        if (takenOver != null) {
            throw new SQLException(takenOver);
        }
        if (lockLost) {
            if (!database.locks().take(account)) {
                throw refuseForGood(openedElsewhere(database.holder(account)));
            }
            lockLost = false;
        }
        Connection opened = database.connection();
        connection = opened;
        entries = new EntryStatements(opened, entryTable);
        lockRow(opened);
    }

    private void lockRow(Connection opened) throws SQLException {
        try (PreparedStatement statement = opened.prepareStatement(beginSql)) {
            statement.setLong(1, PostgresLocks.key(database.schema().toString(), account));
            statement.setString(2, account);
            statement.execute();
            // Results of SET TRANSACTION, of the settings, of the row.
            statement.getMoreResults();
            statement.getMoreResults();
            try (ResultSet rows = requireNonNull(statement.getResultSet(), "result of the row")) {
                if (!rows.next()) {
                    throw refuseForGood("its row is gone");
                }
                if (rows.getLong(1) != epoch) {
                    throw refuseForGood(openedElsewhere(rows.getString(3)));
                }
                if (rows.getBoolean(2)) {
                    lockLost = true;
                    throw new SQLException("the connection that held the lock of account " + account + " of " + database
                            + " is gone; the next transaction takes the lock anew, unless another process has by then");
                }
            }
        }
        begun = true;
        works = 0;
        savepoint = false;
    }

    private static String openedElsewhere(String holder) {
        return "another process opened it (" + holder + ") after this one had lost its lock";
    }

    private SQLException refuseForGood(String reason) {
        String refusal = "account " + account + " of " + database + " is this store's no longer: " + reason;
        takenOver = refusal;
        return new SQLException(refusal);
    }

    @Override
    public void mark() throws SQLException {
        if (!begun) {
            // The work before this one was rolled back with the whole transaction.
            lockRow(openConnection());
        }
        works++;
        if (works > 1) {
            execute(savepoint ? "RELEASE SAVEPOINT work; SAVEPOINT work" : "SAVEPOINT work");
            savepoint = true;
        }
    }

    @Override
    public void releaseMark() {
        // Sent with the next mark, if there is one, and saves a trip to the server: a commit needs none released.
    }

    @Override
    public void rollbackToMark() throws SQLException {
        if (works > 1) {
            execute("ROLLBACK TO SAVEPOINT work");
        } else {
            openConnection().rollback();
            begun = false;
        }
    }

    @Override
    public void commit() throws SQLException {
        if (begun) {
            openConnection().commit();
        }
        letGo();
    }

    @Override
    public void rollback() throws SQLException {
        Connection open = connection;
        if (open == null) {
            return;
        }
        try {
            open.rollback();
        } finally {
            letGo();
        }
    }

    private void letGo() {
        Connection open = connection;
        connection = null;
        entries = null;
        begun = false;
        if (open == null) {
            return;
        }
        try {
            open.close();
        } catch (SQLException e) {
            // The transaction is decided; a connection that does not close is the pool's business.
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = openConnection().createStatement()) {
            statement.execute(sql);
        }
    }

    private Connection openConnection() {
        return requireNonNull(connection, "connection");
    }

    private EntryStatements openEntries() {
        return requireNonNull(entries, "entries");
    }

    @Override
    public String toString() {
        return account + " of " + database;
    }
}
