package dev.waxwing.store;

import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

class PostgresEncryptionIT extends EncryptionContract {

    private final String schema = LocalPostgres.newSchema();

    @Override
    AccountStore open(String account, byte @Nullable [] key) {
        PostgresStore.Builder builder =
                PostgresStore.builder(LocalPostgres.url()).schema(schema).account(account);
        return key == null ? builder.open() : builder.encryptionKey(key).open();
    }

    /** What the server was given to keep; how it lays that out on its disk is its own. */
    @Override
    byte[] raw() throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (Connection connection = LocalPostgres.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT convert_to(account || ' ' || tbl || ' ' || key || ' ', 'UTF8') || value FROM " + schema
                                + ".entry")) {
            while (rows.next()) {
                all.write(rows.getBytes(1));
            }
        }
        return all.toByteArray();
    }

    @Override
    void execute(String sql) throws Exception {
        LocalPostgres.execute("SET search_path TO " + schema + "; " + sql);
    }
}
