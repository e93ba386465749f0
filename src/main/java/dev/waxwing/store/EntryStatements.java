package dev.waxwing.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The statements on the one table of entries, prepared for a connection. The SQL is what SQLite and PostgreSQL have in common; how the
 * table is made is each one's own. Not thread-safe: used by whoever has the connection's turn.
 */
final class EntryStatements implements AutoCloseable {

    private static final String OF_TABLE = " WHERE account = ? AND tbl = ?";

    private final PreparedStatement get;
    private final PreparedStatement put;
    private final PreparedStatement delete;
    private final PreparedStatement scanFrom;
    private final PreparedStatement scanBetween;
    private final PreparedStatement any;

    /**
     * @param entry the table's name, quoted where it must be
     */
    EntryStatements(Connection connection, String entry) throws SQLException {
        get = connection.prepareStatement("SELECT value FROM " + entry + OF_TABLE + " AND key = ?");
        put = connection.prepareStatement("INSERT INTO " + entry + " (account, tbl, key, value) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (account, tbl, key) DO UPDATE SET value = excluded.value");
        delete = connection.prepareStatement("DELETE FROM " + entry + OF_TABLE + " AND key = ?");
        String scan = "SELECT key, value FROM " + entry + OF_TABLE + " AND key >= ?";
        scanFrom = connection.prepareStatement(scan + " ORDER BY key LIMIT ?");
        scanBetween = connection.prepareStatement(scan + " AND key < ? ORDER BY key LIMIT ?");
        any = connection.prepareStatement("SELECT 1 FROM " + entry + " WHERE account = ? LIMIT 1");
    }

    byte @Nullable [] get(String account, String table, String key) throws SQLException {
        bind(get, account, table, key);
        try (ResultSet rows = get.executeQuery()) {
            return rows.next() ? value(rows, 1) : null;
        }
    }

    void put(String account, String table, String key, byte[] value) throws SQLException {
        bind(put, account, table, key);
        put.setBytes(4, value);
        put.executeUpdate();
    }

    void delete(String account, String table, String key) throws SQLException {
        bind(delete, account, table, key);
        delete.executeUpdate();
    }

    List<StoreEntry> scan(String account, String table, String from, @Nullable String to, int limit)
            throws SQLException {
        PreparedStatement scan = to == null ? scanFrom : scanBetween;
        bind(scan, account, table, from);
        if (to == null) {
            scan.setInt(4, limit);
        } else {
            scan.setString(4, to);
            scan.setInt(5, limit);
        }
        List<StoreEntry> entries = new ArrayList<>();
        try (ResultSet rows = scan.executeQuery()) {
            while (rows.next()) {
                entries.add(new StoreEntry(rows.getString(1), value(rows, 2)));
            }
        }
        return List.copyOf(entries);
    }

    /** Whether the account has no entry in any table. */
    boolean isEmpty(String account) throws SQLException {
        any.setString(1, account);
        try (ResultSet rows = any.executeQuery()) {
            return !rows.next();
        }
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : List.of(get, put, delete, scanFrom, scanBetween, any)) {
            statement.close();
        }
    }

    private static void bind(PreparedStatement statement, String account, String table, String key)
            throws SQLException {
        statement.setString(1, account);
        statement.setString(2, table);
        statement.setString(3, key);
    }

    /** The column is never NULL, but a driver may answer null for an empty blob. */
    private static byte[] value(ResultSet rows, int column) throws SQLException {
        byte[] value = rows.getBytes(column);
        return value == null ? new byte[0] : value;
    }
}
