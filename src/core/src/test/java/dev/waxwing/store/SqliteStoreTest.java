package dev.waxwing.store;

import static dev.waxwing.store.AccountStoreContract.bytes;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.waxwing.error.StoreFailedException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What only a store in a file does; the rest is {@link SqliteStoreContractTest}. */
@Timeout(120)
class SqliteStoreTest {

    private static final StoreTable TABLE = StoreTable.SESSIONS;
    private static final List<Class<?>> DRIVER = List.of(org.sqlite.JDBC.class);

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("account.db");
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void givenWrites_whenReopened_thenTheyAreThere(Durability durability) {
        try (AccountStore store =
                SqliteStore.builder(file).durability(durability).open()) {
            write(store, "key", "value");
        }

        try (AccountStore store = SqliteStore.at(file)) {
            assertThat(read(store, "key")).isEqualTo("value");
        }
    }

    @Test
    void givenThreadsThatCountWithFullSync_whenReopened_thenNoStepIsLost() throws Exception {
        try (AccountStore store =
                SqliteStore.builder(file).durability(Durability.POWER_LOSS).open()) {
            AccountStoreContract.inParallel(16, thread -> {
                for (int i = 0; i < 20; i++) {
                    store.transact(tx -> {
                        byte[] count = tx.get(TABLE, "count");
                        int next = count == null ? 1 : Integer.parseInt(new String(count, US_ASCII)) + 1;
                        tx.put(TABLE, "count", bytes(Integer.toString(next)));
                        return next;
                    });
                }
            });
        }

        try (AccountStore store = SqliteStore.at(file)) {
            assertThat(read(store, "count")).isEqualTo("320");
        }
    }

    @Test
    void givenTwoAccountsInOneFile_whenUsed_thenEachHasItsOwnEntries() {
        try (AccountStore alice = SqliteStore.at(file, "alice")) {
            AccountStore bob = SqliteStore.at(file, "bob");
            write(alice, "key", "of alice");
            write(bob, "key", "of bob");
            write(bob, "another", "of bob");

            assertThat(read(alice, "key")).isEqualTo("of alice");
            assertThat(read(bob, "key")).isEqualTo("of bob");
            List<StoreEntry> ofAlice = alice.transact(tx -> tx.scan(TABLE, "", null, 10));
            assertThat(ofAlice).containsExactly(new StoreEntry("key", bytes("of alice")));

            bob.close();
            assertThatIllegalStateException().isThrownBy(() -> read(bob, "key"));
            assertThat(read(alice, "key")).isEqualTo("of alice");
            try (AccountStore bobAgain = SqliteStore.at(file, "bob")) {
                assertThat(read(bobAgain, "another")).isEqualTo("of bob");
            }
        }
    }

    @Test
    void givenTransactionOfOneAccount_whenAnotherOfTheFileIsEntered_thenItIsRefusedInsteadOfWaitingForItself() {
        try (AccountStore alice = SqliteStore.at(file, "alice");
                AccountStore bob = SqliteStore.at(file, "bob")) {
            assertThatIllegalStateException().isThrownBy(() -> alice.transact(tx -> read(bob, "key")));
        }
    }

    @Test
    void givenOpenStore_whenOpenedAgainUnderAnyName_thenTheSecondIsRefusedAndTheFirstGoesOn() throws Exception {
        try (AccountStore first = SqliteStore.at(file)) {
            Path link = Files.createSymbolicLink(folder.resolve("link.db"), file);
            for (Path name : List.of(file, link, folder.resolve("other/../account.db"))) {
                assertThatExceptionOfType(StoreFailedException.class)
                        .isThrownBy(() -> SqliteStore.at(name))
                        .withMessageContaining("already open in this process");
            }
            write(first, "key", "value");
        }
        try (AccountStore second = SqliteStore.at(file)) {
            assertThat(read(second, "key")).isEqualTo("value");
        }
    }

    @Test
    void givenOpenFile_whenAnotherAccountWantsOtherOptions_thenItIsRefused() {
        try (AccountStore first = SqliteStore.at(file, "first")) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> SqliteStore.builder(file)
                            .account("second")
                            .durability(Durability.POWER_LOSS)
                            .open())
                    .withMessageContaining("POWER_LOSS");
            write(first, "key", "value");
        }
    }

    @Test
    void givenStoreOpenInAnotherProcess_whenOpened_thenItIsRefusedUntilThatOneEnds() throws Exception {
        try (StoreProcess other = StoreProcess.start(folder.resolve("tmp"), DRIVER, "hold", file.toString())) {
            assertThat(other.nextLine()).isEqualTo("open");

            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatExceptionOfType(StoreFailedException.class)
                        .isThrownBy(() -> SqliteStore.at(file))
                        .withMessageContaining("open in another process (pid " + other.pid() + ")");
            }

            assertThat(other.finish()).isZero();
        }
        try (AccountStore store = SqliteStore.at(file)) {
            write(store, "key", "value");
        }
    }

    @Test
    void givenStoreOpenHere_whenAnotherProcessOpensIt_thenThatOneIsRefused() throws Exception {
        try (AccountStore store = SqliteStore.at(file)) {
            try (StoreProcess other = StoreProcess.start(folder.resolve("tmp"), DRIVER, "hold", file.toString())) {
                assertThat(other.nextLine()).startsWith("StoreFailedException").contains("open in another process");
            }
            write(store, "key", "value");
        }
    }

    @Test
    void givenProcessKilledInTheMiddle_whenReopened_thenWhatItReportedIsThereAndNothingIsHalfDone() throws Exception {
        int threads = 4;
        for (int round = 0; round < 3; round++) {
            Path database = folder.resolve("round" + round + ".db");
            int[] reported;
            Path temporary = folder.resolve("tmp" + round);
            try (StoreProcess child =
                    StoreProcess.start(temporary, DRIVER, "count", database.toString(), Integer.toString(threads))) {
                assertThat(child.nextLine()).isEqualTo("open");
                reported = child.killAfter(150 + 211 * round, threads);
            }

            try (AccountStore store = SqliteStore.at(database)) {
                for (int thread = 0; thread < threads; thread++) {
                    StoreProcess.assertWhole(store, "thread" + thread, reported[thread]);
                }
            }
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no POSIX permissions")
    void givenNewStore_whenOpen_thenAllItsFilesAreOwnerOnly() throws Exception {
        Path database = folder.resolve("made/for it/account.db");
        try (AccountStore store = SqliteStore.at(database)) {
            write(store, "key", "value");

            try (Stream<Path> files = Files.list(database.getParent())) {
                assertThat(files)
                        .extracting(path -> path.getFileName() + " "
                                + PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .containsExactlyInAnyOrder(
                                "account.db rw-------",
                                "account.db-wal rw-------",
                                "account.db-shm rw-------",
                                "account.db.lock rw-------");
            }
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(database.getParent())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no POSIX permissions")
    void givenFileThatOthersMayRead_whenOpened_thenTheyMayNoLonger() throws Exception {
        SqliteStore.at(file).close();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        SqliteStore.at(file).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void givenNewerSchema_whenOpened_thenItIsRefusedByVersion() throws Exception {
        SqliteStore.at(file).close();
        execute("PRAGMA user_version = 2");

        assertRefused("newer Waxwing (schema 2, this one knows 1)");
    }

    @Test
    void givenDatabaseOfAnotherApplication_whenOpened_thenItIsRefused() throws Exception {
        Files.createFile(file);
        execute("CREATE TABLE theirs (x)");

        assertRefused("another application");
    }

    @Test
    void givenADirectory_whenOpened_thenItIsRefusedAndNothingIsLeftBesideIt() throws Exception {
        Path directory = Files.createDirectory(folder.resolve("account"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> SqliteStore.at(directory))
                .withMessageContaining("is a directory");

        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(directory);
        }
    }

    @Test
    void givenFileThatIsNoDatabase_whenOpened_thenItIsRefused() throws Exception {
        Files.writeString(file, "{\"creds\": \"from somewhere else\"}".repeat(500));

        assertRefused("not a database");
    }

    @Test
    void givenEmptyFile_whenOpened_thenItIsRefused() throws Exception {
        Files.createFile(file);

        assertRefused("empty file");
    }

    @Test
    void givenFileCutInHalf_whenOpened_thenItIsRefused() throws Exception {
        fill();
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.setLength(raw.length() / 2 / 8192 * 8192);
        }

        assertRefused("malformed");
    }

    @Test
    void givenPagesOverwritten_whenOpened_thenItIsRefused() throws Exception {
        fill();
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(raw.length() / 2);
            byte[] garbage = new byte[8192];
            Arrays.fill(garbage, (byte) 0xa5);
            raw.write(garbage);
        }

        assertRefused("damaged");
    }

    @Test
    void givenLogWithoutItsFile_whenOpened_thenItIsRefused() throws Exception {
        Files.writeString(folder.resolve("account.db-wal"), "what was committed last");

        assertThatExceptionOfType(StoreFailedException.class)
                .isThrownBy(() -> SqliteStore.at(file))
                .withMessageContaining("account.db-wal");
        assertThat(file).doesNotExist();
    }

    @Test
    void givenDraftOfAFileThatWasNeverFinished_whenOpened_thenAWholeOneIsMade() throws Exception {
        Files.writeString(folder.resolve("account.db.new"), "a process died while it made this");

        try (AccountStore store = SqliteStore.at(file)) {
            write(store, "key", "value");
        }
        assertThat(folder.resolve("account.db.new")).doesNotExist();
    }

    @Test
    void givenRefusedFile_whenRepaired_thenItOpens() throws Exception {
        Files.createFile(file);
        assertRefused("empty file");
        Files.delete(file);

        SqliteStore.at(file).close();
    }

    @Test
    void givenAnotherProgramHasTheFileLocked_whenPatienceEnds_thenTransactionsFailAndGoOnLater() throws Exception {
        try (AccountStore store =
                SqliteStore.builder(file).busyTimeout(Duration.ofMillis(20)).open()) {
            try (Connection other = connect();
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                assertThatExceptionOfType(StoreFailedException.class)
                        .isThrownBy(() -> write(store, "key", "value"))
                        .withMessageContaining("locked");
                statement.execute("ROLLBACK");
            }
            write(store, "key", "value");
            assertThat(read(store, "key")).isEqualTo("value");
        }
    }

    @Test
    void givenDatabaseFailsInsideWork_whenTheWorkGoesOn_thenNothingIsWritten() throws Exception {
        try (AccountStore store = SqliteStore.at(file)) {
            write(store, "key", "before");
            execute("CREATE TRIGGER full BEFORE INSERT ON entry WHEN NEW.key = 'full'"
                    + " BEGIN SELECT RAISE(ROLLBACK, 'disk full'); END");

            assertThatExceptionOfType(StoreFailedException.class)
                    .isThrownBy(() -> store.transact(tx -> {
                        tx.put(TABLE, "key", bytes("after"));
                        assertThatExceptionOfType(StoreFailedException.class)
                                .isThrownBy(() -> tx.put(TABLE, "full", bytes("value")));
                        // SQLite has rolled back by itself: this one would be committed on its own.
                        assertThatExceptionOfType(StoreFailedException.class)
                                .isThrownBy(() -> tx.put(TABLE, "stray", bytes("value")));
                        return true;
                    }))
                    .withMessageContaining("disk full");

            assertThat(read(store, "key")).isEqualTo("before");
            assertThat(read(store, "stray")).isNull();
            write(store, "key", "after");
            assertThat(read(store, "key")).isEqualTo("after");
        }
    }

    @Test
    void givenNoDriver_whenOpened_thenTheErrorNamesItsCoordinates() throws Exception {
        try (StoreProcess child = StoreProcess.start(folder.resolve("tmp"), List.of(), "hold", file.toString())) {
            assertThat(child.nextLine()).startsWith("IllegalStateException").contains("org.xerial:sqlite-jdbc");
        }
    }

    @Test
    void givenOptionsThatCannotBe_whenSet_thenTheyAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> SqliteStore.at(Path.of("a?mode=memory")));
        SqliteStore.Builder builder = SqliteStore.builder(file);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.account(""));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.busyTimeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.busyTimeout(Duration.ofHours(2)));
    }

    private void fill() {
        try (AccountStore store = SqliteStore.at(file)) {
            store.transact(tx -> {
                for (int i = 0; i < 500; i++) {
                    tx.put(TABLE, "key" + i, new byte[300]);
                }
                return true;
            });
        }
    }

    private void assertRefused(String reason) throws Exception {
        byte[] before = Files.readAllBytes(file);
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatExceptionOfType(StoreFailedException.class)
                    .isThrownBy(() -> SqliteStore.at(file))
                    .withMessageContaining(reason);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    private Connection connect() throws Exception {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }

    private void execute(String sql) throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void write(AccountStore store, String key, String value) {
        store.transact(tx -> {
            tx.put(TABLE, key, bytes(value));
            return true;
        });
    }

    private static @Nullable String read(AccountStore store, String key) {
        byte[] value = store.transact(tx -> tx.get(TABLE, key));
        return value == null ? null : new String(value, US_ASCII);
    }
}
