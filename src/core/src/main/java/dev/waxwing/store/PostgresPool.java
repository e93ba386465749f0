package dev.waxwing.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.waxwing.error.StoreFailedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** A pool of our own. The only class that knows HikariCP, so that it is missed by nobody who brings a data source. */
final class PostgresPool implements PostgresSource.Connections {

    /** Beyond every timeout of the server's: it only ends the wait for a server that does not answer at all. */
    private static final Duration SOCKET_GRACE = Duration.ofSeconds(10);

    private final HikariDataSource pool;

    private PostgresPool(HikariDataSource pool) {
        this.pool = pool;
    }

    static PostgresPool open(PostgresSource source) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("waxwing");
        config.setDriverClassName("org.postgresql.Driver");
        config.setJdbcUrl(source.url());
        config.setUsername(source.user());
        config.setPassword(source.password());
        config.setAutoCommit(false);
        // One more, which holds the locks.
        config.setMaximumPoolSize(source.maxConnections() + 1);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(Math.max(source.timeout().toMillis(), 250));
        config.addDataSourceProperty("ApplicationName", "waxwing");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty(
                "socketTimeout",
                Long.toString(source.timeout().plus(SOCKET_GRACE).toSeconds()));
        try {
            return new PostgresPool(new HikariDataSource(config));
        } catch (HikariPool.PoolInitializationException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StoreFailedException("cannot connect to " + source + ": " + cause.getMessage(), e);
        }
    }

    @Override
    public Connection next() throws SQLException {
        return pool.getConnection();
    }

    @Override
    public void close() {
        pool.close();
    }
}
