package dev.waxwing.store;

import dev.waxwing.error.StoreFailedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The tables in one schema of a PostgreSQL database, and the steps that bring an older set of them up to date: each
 * step runs once, all that are missing in one transaction. A schema that is up to date is only read, so its user then
 * needs no right to change it.
 */
final class PostgresSchema {

    /**
     * Collation "C" orders keys by bytes whatever the database's own. Values are ciphertexts, keys and protobuf:
     * compressing them costs time and gains nothing. Free space in each page lets a ratchet state that is replaced stay
     * in its page, with no write to the index.
     */
    private static final List<String> STEPS = List.of("""
            CREATE TABLE %1$s.account (
                name text COLLATE "C" PRIMARY KEY,
                epoch bigint NOT NULL,
                opened_by text NOT NULL,
                opened_at timestamptz NOT NULL);
            CREATE TABLE %1$s.entry (
                account text COLLATE "C" NOT NULL,
                tbl text COLLATE "C" NOT NULL,
                key text COLLATE "C" NOT NULL,
                value bytea NOT NULL,
                PRIMARY KEY (account, tbl, key)) WITH (fillfactor = 80);
            ALTER TABLE %1$s.entry ALTER COLUMN value SET STORAGE EXTERNAL;
            """);

    private final String name;

    /**
     * @param name lower-case letters, digits and underscores
     */
    PostgresSchema(String name) {
        this.name = name;
    }

    /** The quoted name of one of the schema's tables. */
    String table(String table) {
        return quoted() + "." + table;
    }

    /**
     * Makes the schema or brings it up to date.
     *
     * @param connection without auto-commit and without an open transaction; left so
     * @throws StoreFailedException if the schema was written by a newer version
     */
    void update(Connection connection) throws SQLException {
        int version = version(connection);
        if (version < STEPS.size()) {
            // Whoever comes second waits here, and finds the work done.
            PostgresLocks.lockForTransaction(connection, name);
            version = version(connection);
            try (Statement statement = connection.createStatement()) {
                if (version == 0) {
                    createVersionTable(connection, statement);
                }
                for (int step = version; step < STEPS.size(); step++) {
                    statement.execute(STEPS.get(step).formatted(quoted()));
                    statement.execute(
                            "INSERT INTO " + table("schema_version") + " (version) VALUES (" + (step + 1) + ")");
                }
            }
        }
        connection.commit();
        if (version > STEPS.size()) {
            throw new StoreFailedException("schema " + name + " was written by a newer Waxwing (version " + version
                    + ", this one knows " + STEPS.size() + "): update the library");
        }
    }

    private void createVersionTable(Connection connection, Statement statement) throws SQLException {
        // IF NOT EXISTS alone would ask for the right to create schemas even where there is nothing to create.
        if (!answersRow(connection, "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ?", name)) {
            statement.execute("CREATE SCHEMA " + quoted());
        }
        statement.execute("CREATE TABLE IF NOT EXISTS " + table("schema_version")
                + " (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())");
    }

    private int version(Connection connection) throws SQLException {
        // Not by to_regclass, which after waiting for the lock still answers from a cache that knows of no table.
        if (!answersRow(
                connection,
                "SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE n.nspname = ? AND c.relname = 'schema_version'",
                name)) {
            return 0;
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT max(version) FROM " + table("schema_version"))) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    private static boolean answersRow(Connection connection, String query, String parameter) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, parameter);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private String quoted() {
        return '"' + name + '"';
    }

    @Override
    public String toString() {
        return name;
    }
}
