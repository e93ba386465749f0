package dev.waxwing.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The statements on the one table of entries, prepared for a connection. The SQL is what SQLite and PostgreSQL have in
 * common; how the table is made is each one's own. Not thread-safe: used by whoever has the connection's turn.
 */
final class EntryStatements implements AutoCloseable {

    private static final String OF_ACCOUNT = " WHERE account = ?";
    private static final String OF_TABLE = OF_ACCOUNT + " AND tbl = ?";

    private final PreparedStatement get;
    private final PreparedStatement put;
    private final PreparedStatement delete;
    private final PreparedStatement scanFrom;
    private final PreparedStatement scanBetween;
    private final PreparedStatement keysFrom;
    private final PreparedStatement keysBetween;
    private final PreparedStatement nextTable;
    private final PreparedStatement any;

    /**
     * @param entry the table's name, quoted where it must be
     */
    EntryStatements(Connection connection, String entry) throws SQLException {
        get = connection.prepareStatement("SELECT value FROM " + entry + OF_TABLE + " AND key = ?");
        put = connection.prepareStatement("INSERT INTO " + entry + " (account, tbl, key, value) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (account, tbl, key) DO UPDATE SET value = excluded.value");
        delete = connection.prepareStatement("DELETE FROM " + entry + OF_TABLE + " AND key = ?");
        String from = " FROM " + entry + OF_TABLE + " AND key >= ? ORDER BY key LIMIT ?";
        String between = " FROM " + entry + OF_TABLE + " AND key >= ? AND key < ? ORDER BY key LIMIT ?";
        scanFrom = connection.prepareStatement("SELECT key, value" + from);
        scanBetween = connection.prepareStatement("SELECT key, value" + between);
        keysFrom = connection.prepareStatement("SELECT key" + from);
        keysBetween = connection.prepareStatement("SELECT key" + between);
        nextTable = connection.prepareStatement("SELECT min(tbl) FROM " + entry + OF_ACCOUNT + " AND tbl > ?");
        any = connection.prepareStatement("SELECT 1 FROM " + entry + OF_ACCOUNT + " LIMIT 1");
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
        bindRange(scan, account, table, from, to, limit);
        List<StoreEntry> entries = new ArrayList<>();
        try (ResultSet rows = scan.executeQuery()) {
            while (rows.next()) {
                entries.add(new StoreEntry(rows.getString(1), value(rows, 2)));
            }
        }
        return List.copyOf(entries);
    }

    List<String> keys(String account, String table, String from, @Nullable String to, int limit) throws SQLException {
        PreparedStatement scan = to == null ? keysFrom : keysBetween;
        bindRange(scan, account, table, from, to, limit);
        List<String> keys = new ArrayList<>();
        try (ResultSet rows = scan.executeQuery()) {
            while (rows.next()) {
                keys.add(rows.getString(1));
            }
        }
        return List.copyOf(keys);
    }

    /**
     * The names of all tables with entries. Steps from one to the next by the index, so that it does not read the
     * entries.
     */
    List<String> tables(String account) throws SQLException {
        List<String> names = new ArrayList<>();
        String last = "";
        while (true) {
            nextTable.setString(1, account);
            nextTable.setString(2, last);
            try (ResultSet rows = nextTable.executeQuery()) {
                String next = rows.next() ? rows.getString(1) : null;
                if (next == null) {
                    return names;
                }
                names.add(next);
                last = next;
            }
        }
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
        for (PreparedStatement statement :
                List.of(get, put, delete, scanFrom, scanBetween, keysFrom, keysBetween, nextTable, any)) {
            statement.close();
        }
    }

    private static void bind(PreparedStatement statement, String account, String table, String key)
            throws SQLException {
        statement.setString(1, account);
        statement.setString(2, table);
        statement.setString(3, key);
    }

    private static void bindRange(
            PreparedStatement statement, String account, String table, String from, @Nullable String to, int limit)
            throws SQLException {
        bind(statement, account, table, from);
        if (to == null) {
            statement.setInt(4, limit);
        } else {
            statement.setString(4, to);
            statement.setInt(5, limit);
        }
    }

    /** The column is never NULL, but a driver may answer null for an empty blob. */
    private static byte[] value(ResultSet rows, int column) throws SQLException {
        byte[] value = rows.getBytes(column);
        return value == null ? new byte[0] : value;
    }
}
