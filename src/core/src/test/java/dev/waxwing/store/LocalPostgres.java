package dev.waxwing.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A real PostgreSQL server, started once for the tests of a JVM and stopped with it. */
public final class LocalPostgres {

    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private LocalPostgres() {}

    private static final class Running {
        static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder().start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Where it is. */
    public static String url() {
        return Running.SERVER.getJdbcUrl("postgres", "postgres");
    }

    /** Connects anew for each connection. */
    static DataSource dataSource() {
        return Running.SERVER.getPostgresDatabase();
    }

    /** A name that no test of this JVM has used. */
    public static String newSchema() {
        return "test_" + SCHEMAS.incrementAndGet();
    }

    static Connection connect() throws SQLException {
        return DriverManager.getConnection(url());
    }

    static void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of every row. */
    static List<String> query(String sql) throws SQLException {
        List<String> answers = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                answers.add(rows.getString(1));
            }
        }
        return answers;
    }
}
