package dev.waxwing.store;

import dev.waxwing.error.StoreFailedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Where connections to a database come from: the application's own data source, or an address for which a pool is
 * opened. Stores with equal sources share what was opened.
 *
 * @param given the application's data source, or null
 * @param url the address, starting with {@code jdbc:postgresql:}; empty if a data source was given
 * @param user the role, or null if the address or the environment names it
 * @param password its password, or null
 * @param maxConnections the size of the pool
 * @param timeout how long to wait for a connection
 */
record PostgresSource(
        @Nullable DataSource given,
        String url,
        @Nullable String user,
        @Nullable String password,
        int maxConnections,
        Duration timeout) {

    private static final String DRIVER = "org.postgresql.Driver";
    private static final String POOL = "com.zaxxer.hikari.HikariDataSource";

    static PostgresSource of(DataSource given, Duration timeout) {
        return new PostgresSource(given, "", null, null, 0, timeout);
    }

    /** An open source. */
    interface Connections extends AutoCloseable {

        Connection next() throws SQLException;

        @Override
        void close();
    }

    /**
     * Opens the source, connecting once.
     *
     * @throws StoreFailedException if the database cannot be reached
     * @throws IllegalStateException if the driver or the pool is missing
     */
    Connections open() {
        DataSource application = given;
        if (application != null) {
            return new Given(application);
        }
        // Asked for by name first: the pool's own error would not say what to add.
        require(DRIVER, "the PostgreSQL JDBC driver, an optional dependency", "org.postgresql:postgresql");
        require(POOL, "HikariCP, an optional dependency, unless it is given a DataSource", "com.zaxxer:HikariCP");
        return PostgresPool.open(this);
    }

    private static void require(String type, String what, String coordinates) {
        try {
            Class.forName(type, false, PostgresSource.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "PostgresStore needs " + what + ": add " + coordinates + " to the application's dependencies", e);
        }
    }

    /** Without the password, and without the address's parameters, which may hold one. */
    @Override
    public String toString() {
        if (given != null) {
            return "the given data source";
        }
        int parameters = url.indexOf('?');
        return parameters < 0 ? url : url.substring(0, parameters);
    }

    /** The application's own, which stays open. */
    private record Given(DataSource source) implements Connections {

        @Override
        public Connection next() throws SQLException {
            return source.getConnection();
        }

        @Override
        public void close() {
            // The application opened it.
        }
    }
}
