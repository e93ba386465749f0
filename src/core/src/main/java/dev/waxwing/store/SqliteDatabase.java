package dev.waxwing.store;

import dev.waxwing.error.StoreFailedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;

/**
 * One open SQLite file: made if it is not there, refused if it is not ours, too new or damaged. Never replaced. Not
 * thread-safe: used by whoever has the turn.
 */
final class SqliteDatabase implements GroupCommit.Database, AutoCloseable {

    static final String COORDINATES = "org.xerial:sqlite-jdbc";

    /** "WAXW": marks a file as ours, so that another application's is not written to. */
    static final int APPLICATION_ID = 0x57415857;

    static final int SCHEMA_VERSION = 1;

    /**
     * Most rows of a message lie where its id or hash falls, so each message changes pages of its own: the smaller they
     * are, the less a commit writes. A session, which spills over a page of this size, is written once for a
     * transaction only.
     */
    private static final int PAGE_BYTES = 4096;

    /**
     * Without a row id the row lives in the index itself: one tree to search and to write instead of two. The binary
     * collation, SQLite's default, orders ASCII keys by bytes.
     */
    private static final String CREATE_TABLE =
            "CREATE TABLE entry (account TEXT NOT NULL, tbl TEXT NOT NULL, key TEXT NOT NULL,"
                    + " value BLOB NOT NULL, PRIMARY KEY (account, tbl, key)) WITHOUT ROWID";

    private static final String DRIVER = "org.sqlite.JDBC";

    /** SQLITE_OPEN_READWRITE without SQLITE_OPEN_CREATE: a file that is gone is an error, not an empty database. */
    private static final String OPEN_EXISTING = "2";

    private final Connection connection;
    private final EntryStatements entries;
    private final PreparedStatement begin;
    private final PreparedStatement commit;
    private final PreparedStatement rollback;
    private final PreparedStatement mark;
    private final PreparedStatement releaseMark;
    private final PreparedStatement rollbackToMark;

    private SqliteDatabase(Connection connection) throws SQLException {
        this.connection = connection;
        entries = new EntryStatements(connection, "entry");
        // Immediate: a lock that another program holds is met here, where nothing has been done yet.
        begin = connection.prepareStatement("BEGIN IMMEDIATE");
        commit = connection.prepareStatement("COMMIT");
        rollback = connection.prepareStatement("ROLLBACK");
        mark = connection.prepareStatement("SAVEPOINT work");
        releaseMark = connection.prepareStatement("RELEASE work");
        rollbackToMark = connection.prepareStatement("ROLLBACK TO work");
    }

    static SqliteDatabase open(Path file, Durability durability, Duration busyTimeout) {
        Driver driver = driver();
        try {
            if (Files.notExists(file)) {
                create(driver, file);
            } else if (Files.size(file) == 0) {
                // SQLite would take it for a new database, and the account that was in it would be lost without a word.
                throw new StoreFailedException("store " + file
                        + " is an empty file, which no store ever is: restore it," + " or delete it to start anew");
            }
            OwnerOnly.restrict(file);
            return connect(driver, file, durability, busyTimeout);
        } catch (IOException | SQLException e) {
            throw new StoreFailedException("cannot open store " + file + ": " + e.getMessage(), e);
        }
    }

    /** Makes the file under another name first, so that under its own it is complete from the start. */
    private static void create(Driver driver, Path file) throws IOException, SQLException {
        Path log = file.resolveSibling(file.getFileName() + "-wal");
        if (Files.exists(log) && Files.size(log) > 0) {
            throw new StoreFailedException("store " + file + " is missing but its log " + log.getFileName()
                    + " is there: restore the file, or delete the log to start anew");
        }
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        Files.deleteIfExists(draft.resolveSibling(draft.getFileName() + "-journal"));
        OwnerOnly.createFile(draft);
        try (Connection connection = connect(driver, draft);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA page_size = " + PAGE_BYTES);
            statement.execute("BEGIN");
            statement.execute("PRAGMA application_id = " + APPLICATION_ID);
            statement.execute("PRAGMA user_version = " + SCHEMA_VERSION);
            statement.execute(CREATE_TABLE);
            statement.execute("COMMIT");
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        syncDirectory(file);
    }

    private static void syncDirectory(Path file) {
        Path directory = file.getParent();
        if (directory == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Windows opens no directories; its file system keeps the order of renames by itself.
        }
    }

    private static SqliteDatabase connect(Driver driver, Path file, Durability durability, Duration busyTimeout)
            throws SQLException {
        Connection connection = connect(driver, file);
        boolean usable = false;
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = " + busyTimeout.toMillis());
            requireOurs(file, integer(statement, "PRAGMA application_id"), integer(statement, "PRAGMA user_version"));
            requireIntact(file, statement);
            String journal = text(statement, "PRAGMA journal_mode = WAL");
            if (!journal.equals("wal")) {
                throw new StoreFailedException(
                        "store " + file + ": the file system allows no write-ahead log (journal mode " + journal + ")");
            }
            statement.execute("PRAGMA synchronous = " + (durability == Durability.POWER_LOSS ? "FULL" : "NORMAL"));
            // Some 16 MB of log: a page that changes often is copied into the file less often.
            statement.execute("PRAGMA wal_autocheckpoint = 4000");
            // Sorting in a temporary file would put secrets into a place that is not owner-only.
            statement.execute("PRAGMA temp_store = MEMORY");
            SqliteDatabase database = new SqliteDatabase(connection);
            usable = true;
            return database;
        } finally {
            if (!usable) {
                connection.close();
            }
        }
    }

    private static void requireOurs(Path file, int applicationId, int version) {
        if (applicationId != APPLICATION_ID) {
            throw new StoreFailedException("store " + file + " is a SQLite database of another application");
        }
        if (version > SCHEMA_VERSION) {
            throw new StoreFailedException("store " + file + " was written by a newer Waxwing (schema " + version
                    + ", this one knows " + SCHEMA_VERSION + "): update the library");
        }
        if (version < 1) {
            throw new StoreFailedException("store " + file + " is damaged (schema " + version + ")");
        }
    }

    /** Reads the whole file once: better to fail here than after half a conversation. */
    private static void requireIntact(Path file, Statement statement) throws SQLException {
        String finding = text(statement, "PRAGMA quick_check(1)");
        if (!finding.equals("ok")) {
            throw new StoreFailedException("store " + file + " is damaged: " + finding);
        }
    }

    private static Connection connect(Driver driver, Path file) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("open_mode", OPEN_EXISTING);
        // Otherwise the driver asks for the last row id after every write, a query that costs as much as the write.
        properties.setProperty("jdbc.get_generated_keys", "false");
        Connection connection = driver.connect("jdbc:sqlite:" + file, properties);
        if (connection == null) {
            throw new SQLException("the driver " + DRIVER + " does not take the path");
        }
        return connection;
    }

    /**
     * By name rather than through DriverManager, which looks for drivers once, and in a container not in the
     * application's classes.
     */
    private static Driver driver() {
        try {
            return Class.forName(DRIVER)
                    .asSubclass(Driver.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "SqliteStore needs the SQLite JDBC driver, an optional dependency: add " + COORDINATES
                            + " to the application's dependencies",
                    e);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new IllegalStateException("the SQLite JDBC driver of " + COORDINATES + " cannot be loaded", e);
        }
    }

    private static int integer(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    private static String text(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : "nothing";
        }
    }

    EntryStatements entries() {
        return entries;
    }

    @Override
    public void begin() throws SQLException {
        begin.execute();
    }

    @Override
    public void commit() throws SQLException {
        commit.execute();
    }

    @Override
    public void rollback() throws SQLException {
        rollback.execute();
    }

    @Override
    public void mark() throws SQLException {
        mark.execute();
    }

    @Override
    public void releaseMark() throws SQLException {
        releaseMark.execute();
    }

    @Override
    public void rollbackToMark() throws SQLException {
        rollbackToMark.execute();
    }

    /** Closes statements and connection; SQLite then folds the log into the file and removes it. */
    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
