package dev.waxwing.store;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

class SqliteEncryptionTest extends EncryptionContract {

    @TempDir
    Path folder;

    @Override
    AccountStore open(String account, byte @Nullable [] key) {
        SqliteStore.Builder builder =
                SqliteStore.builder(folder.resolve("accounts.db")).account(account);
        return key == null ? builder.open() : builder.encryptionKey(key).open();
    }

    /** The file, its log and whatever else lies beside it. */
    @Override
    byte[] raw() throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> sorted = files.sorted().toList();
            for (Path file : sorted) {
                all.write(Files.readAllBytes(file));
            }
        }
        return all.toByteArray();
    }

    @Override
    void execute(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("accounts.db"));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
