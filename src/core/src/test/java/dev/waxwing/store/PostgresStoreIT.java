package dev.waxwing.store;

import static dev.waxwing.store.AccountStoreContract.bytes;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.waxwing.error.StoreFailedException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What only a store on a database server does; the rest is {@link PostgresStoreContractIT}. */
@Timeout(120)
class PostgresStoreIT {

    private static final StoreTable TABLE = StoreTable.SESSIONS;
    private static final List<Class<?>> LIBRARIES = List.of(
            org.postgresql.Driver.class, com.zaxxer.hikari.HikariDataSource.class, org.slf4j.LoggerFactory.class);

    @TempDir
    Path folder;

    private final String schema = LocalPostgres.newSchema();

    @ParameterizedTest
    @EnumSource(Durability.class)
    void givenWrites_whenReopened_thenTheyAreThere(Durability durability) {
        try (AccountStore store = builder().durability(durability).open()) {
            write(store, "key", "value");
        }

        try (AccountStore store = builder().open()) {
            assertThat(read(store, "key")).isEqualTo("value");
        }
    }

    @Test
    void givenDurability_whenTransacting_thenTheServerConfirmsAccordingly() throws Exception {
        LocalPostgres.execute("ALTER ROLE postgres SET synchronous_commit = 'off'");
        try {
            try (AccountStore store = builder().account("safe").open()) {
                write(store, "key", "value");
                probe();
                write(store, "probe", "value");
            }
            assertThat(probed()).containsExactly("on");

            try (AccountStore store = builder()
                    .account("quick")
                    .durability(Durability.PROCESS_CRASH)
                    .open()) {
                write(store, "probe", "value");
            }
            assertThat(probed()).containsExactly("on", "off");

            LocalPostgres.execute("ALTER ROLE postgres SET synchronous_commit = 'remote_apply'");
            try (AccountStore store = builder().account("safest").open()) {
                write(store, "probe", "value");
            }
            assertThat(probed()).containsExactly("on", "off", "remote_apply");
        } finally {
            LocalPostgres.execute("ALTER ROLE postgres RESET synchronous_commit");
        }
    }

    /** Notes the setting in force whenever an entry is written under the key "probe". */
    private void probe() throws SQLException {
        LocalPostgres.execute("CREATE TABLE " + schema + ".probe (id serial, setting text);"
                + " CREATE FUNCTION " + schema + ".note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO "
                + schema + ".probe (setting) VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$;"
                + " CREATE TRIGGER probe BEFORE INSERT ON " + schema
                + ".entry FOR EACH ROW WHEN (NEW.key = 'probe') EXECUTE FUNCTION " + schema + ".note()");
    }

    private List<String> probed() throws SQLException {
        return LocalPostgres.query("SELECT setting FROM " + schema + ".probe ORDER BY id");
    }

    @Test
    void givenTwoAccounts_whenOneIsInTheMiddleOfATransaction_thenTheOtherCommits() throws Exception {
        try (AccountStore alice = builder().account("alice").open();
                AccountStore bob = builder().account("bob").open()) {
            alice.transact(tx -> {
                tx.put(TABLE, "key", bytes("of alice"));
                return CompletableFuture.runAsync(() -> write(bob, "key", "of bob"))
                        .orTimeout(60, TimeUnit.SECONDS)
                        .join();
            });

            assertThat(read(alice, "key")).isEqualTo("of alice");
            assertThat(read(bob, "key")).isEqualTo("of bob");
        }
    }

    @Test
    void givenMoreAccountsThanConnections_whenAllWriteAtOnce_thenNothingIsLost() throws Exception {
        int accounts = 12;
        AccountStore[] stores = new AccountStore[accounts];
        for (int i = 0; i < accounts; i++) {
            stores[i] = builder().maxConnections(2).account("account " + i).open();
        }
        AccountStoreContract.inParallel(2 * accounts, thread -> {
            for (int step = 0; step < 10; step++) {
                stores[thread % accounts].transact(tx -> {
                    byte[] count = tx.get(TABLE, "count");
                    int next = count == null ? 1 : Integer.parseInt(new String(count, US_ASCII)) + 1;
                    tx.put(TABLE, "count", bytes(Integer.toString(next)));
                    return next;
                });
            }
        });

        for (AccountStore store : stores) {
            assertThat(read(store, "count")).isEqualTo("20");
        }
        assertThat(LocalPostgres.query("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'waxwing'"))
                .containsExactly("3");
        for (AccountStore store : stores) {
            store.close();
        }
        assertThat(LocalPostgres.query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
                .as("locks left behind")
                .containsExactly("0");
    }

    @Test
    void givenAccountWithAnyPrintableName_whenUsed_thenItIsAnAccountLikeAnyOther() {
        String name = "'; DROP SCHEMA " + schema + "; -- \"\\?${}";
        try (AccountStore store = builder().account(name).open();
                AccountStore other = builder().account(name + " ").open()) {
            write(store, name, "value");
            assertThat(read(store, name)).isEqualTo("value");
            assertThat(read(other, name)).isNull();
        }
    }

    @Test
    void givenOpenAccount_whenOpenedAgainFromThisProcess_thenTheSecondIsRefusedAndTheFirstGoesOn() {
        try (AccountStore first = builder().open()) {
            assertThatExceptionOfType(StoreFailedException.class)
                    .isThrownBy(() -> builder().open())
                    .withMessageContaining("already open in this process");
            // Another pool: only the database can know.
            assertThatExceptionOfType(StoreFailedException.class)
                    .isThrownBy(() -> builder().maxConnections(3).open())
                    .withMessageContaining("open in another process (pid "
                            + ProcessHandle.current().pid());
            write(first, "key", "value");
        }
        try (AccountStore second = builder().open()) {
            assertThat(read(second, "key")).isEqualTo("value");
        }
    }

    @Test
    void givenAccountOpenInAnotherProcess_whenOpened_thenItIsRefusedUntilThatOneIsKilled() throws Exception {
        try (StoreProcess other = child("hold")) {
            assertThat(other.nextLine()).isEqualTo("open");

            assertThatExceptionOfType(StoreFailedException.class)
                    .isThrownBy(() -> builder().open())
                    .withMessageContaining("open in another process (pid " + other.pid() + " at 127.0.0.1, since ");

            other.kill();
            try (AccountStore store = builder().open()) {
                write(store, "key", "value");
            }
        }
    }

    @Test
    void givenProcessKilledInTheMiddle_whenReopened_thenWhatItReportedIsThereAndNothingIsHalfDone() throws Exception {
        int threads = 4;
        int[] reported;
        try (StoreProcess child = child("count", Integer.toString(threads))) {
            assertThat(child.nextLine()).isEqualTo("open");
            reported = child.killAfter(200, threads);
        }

        try (AccountStore store = builder().open()) {
            for (int thread = 0; thread < threads; thread++) {
                StoreProcess.assertWhole(store, "thread" + thread, reported[thread]);
            }
        }
    }

    @Test
    void givenBackendTerminatedInTheMiddle_whenTheWorkGoesOn_thenItFailsAndTheNextOneCommits() {
        try (AccountStore store = builder().open()) {
            write(store, "key", "before");

            assertThatExceptionOfType(StoreFailedException.class)
                    .isThrownBy(() -> store.transact(tx -> {
                        tx.put(TABLE, "key", bytes("after"));
                        terminate("SELECT pid FROM pg_stat_activity WHERE state = 'idle in transaction'");
                        assertThatExceptionOfType(StoreFailedException.class)
                                .isThrownBy(() -> tx.put(TABLE, "stray", bytes("value")));
                        return true;
                    }))
                    .withMessageContaining("terminating connection");

            assertThat(read(store, "key")).isEqualTo("before");
            assertThat(read(store, "stray")).isNull();
            write(store, "key", "after");
            assertThat(read(store, "key")).isEqualTo("after");
        }
    }

    @Test
    void givenBackendTerminatedBeforeTheCommit_whenCommitted_thenItFailsAndNothingIsWritten() {
        try (AccountStore store = builder().open()) {
            assertThatExceptionOfType(StoreFailedException.class)
                    .isThrownBy(() -> store.transact(tx -> {
                        tx.put(TABLE, "key", bytes("value"));
                        terminate("SELECT pid FROM pg_stat_activity WHERE state = 'idle in transaction'");
                        return true;
                    }));

            assertThat(read(store, "key")).isNull();
        }
    }

    @Test
    void givenConnectionOfTheLockLost_whenTransacting_thenTheFirstFailsAndTheNextHasTheLockAgain() {
        try (AccountStore store = builder().open();
                AccountStore idle = builder().account("idle").open()) {
            write(store, "key", "before");
            terminate(LOCK_HOLDERS);

            assertThatExceptionOfType(StoreFailedException.class)
                    .isThrownBy(() -> write(store, "key", "stray"))
                    .withMessageContaining("held the lock of account default");
            assertThat(read(store, "key")).isEqualTo("before");

            // The account that did nothing meanwhile has its lock again too.
            for (String account : List.of("default", "idle")) {
                assertThatExceptionOfType(StoreFailedException.class)
                        .isThrownBy(() ->
                                builder().maxConnections(3).account(account).open())
                        .withMessageContaining("open in another process");
            }
            write(idle, "key", "value");
            write(store, "key", "after");
            assertThat(read(store, "key")).isEqualTo("after");
        }
    }

    @Test
    void givenConnectionOfTheLockLost_whenAnotherOpensTheAccount_thenTheFirstNeverWritesAgain() {
        try (AccountStore first = builder().open()) {
            write(first, "key", "of the first");
            terminate(LOCK_HOLDERS);

            try (AccountStore second = builder().maxConnections(3).open()) {
                for (int attempt = 0; attempt < 3; attempt++) {
                    assertThatExceptionOfType(StoreFailedException.class)
                            .isThrownBy(() -> write(first, "key", "stray"))
                            .withMessageContaining("this store's no longer: another process opened it (pid ");
                }
                assertThat(read(second, "key")).isEqualTo("of the first");
                write(second, "key", "of the second");
            }

            assertThatExceptionOfType(StoreFailedException.class).isThrownBy(() -> write(first, "key", "stray"));
        }
        try (AccountStore third = builder().open()) {
            assertThat(read(third, "key")).isEqualTo("of the second");
        }
    }

    @Test
    void givenTransactionThatLostItsLockInTheMiddle_whenAnotherOpensTheAccount_thenThatOneSeesItsCommit()
            throws Exception {
        try (AccountStore first = builder().open()) {
            CompletableFuture<@Nullable String> seen = first.transact(tx -> {
                tx.put(TABLE, "key", bytes("of the first"));
                terminate(LOCK_HOLDERS);
                CountDownLatch opening = new CountDownLatch(1);
                CompletableFuture<@Nullable String> second = CompletableFuture.supplyAsync(() -> {
                    opening.countDown();
                    try (AccountStore store = builder().maxConnections(3).open()) {
                        return read(store, "key");
                    }
                });
                awaitOpener(opening);
                return second;
            });

            assertThat(seen.get(60, TimeUnit.SECONDS)).isEqualTo("of the first");
            assertThatExceptionOfType(StoreFailedException.class).isThrownBy(() -> write(first, "key", "stray"));
        }
    }

    /** Until the opener waits for the row that the transaction has locked. */
    private static void awaitOpener(CountDownLatch opening) {
        try {
            assertThat(opening.await(60, TimeUnit.SECONDS)).isTrue();
            while (LocalPostgres.query("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                            + " AND query LIKE 'INSERT INTO%account%'")
                    .isEmpty()) {
                Thread.onSpinWait();
            }
        } catch (InterruptedException | SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void givenStatementThatWaitsTooLong_whenTheTimeoutEnds_thenItFailsAndGoesOnLater() throws Exception {
        try (AccountStore store = builder().timeout(Duration.ofMillis(300)).open()) {
            write(store, "key", "before");
            try (Connection other = LocalPostgres.connect();
                    Statement statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute("LOCK TABLE " + schema + ".entry");
                assertThatExceptionOfType(StoreFailedException.class)
                        .isThrownBy(() -> write(store, "key", "stray"))
                        .withMessageContaining("timeout");
                other.rollback();
            }
            assertThat(read(store, "key")).isEqualTo("before");
            write(store, "key", "after");
        }
    }

    @Test
    void givenDatabaseFailsInsideWork_whenTheWorkGoesOn_thenNothingIsWritten() throws Exception {
        try (AccountStore store = builder().open()) {
            write(store, "key", "before");
            LocalPostgres.execute("ALTER TABLE " + schema + ".entry ADD CHECK (key <> 'full')");

            assertThatExceptionOfType(StoreFailedException.class)
                    .isThrownBy(() -> store.transact(tx -> {
                        tx.put(TABLE, "key", bytes("after"));
                        assertThatExceptionOfType(StoreFailedException.class)
                                .isThrownBy(() -> tx.put(TABLE, "full", bytes("value")));
                        assertThatExceptionOfType(StoreFailedException.class)
                                .isThrownBy(() -> tx.put(TABLE, "stray", bytes("value")));
                        return true;
                    }))
                    .withMessageContaining("check constraint");

            assertThat(read(store, "key")).isEqualTo("before");
            write(store, "key", "after");
        }
    }

    @Test
    void givenNewDatabase_whenManyOpenItAtOnce_thenItIsMadeOnce() throws Exception {
        AccountStoreContract.inParallel(4, thread -> {
            try (AccountStore store = PostgresStore.builder(LocalPostgres.dataSource())
                    .schema(schema)
                    .account("of thread " + thread)
                    .open()) {
                write(store, "key", "value");
            }
        });

        assertThat(LocalPostgres.query("SELECT version FROM " + schema + ".schema_version"))
                .containsExactly("1");
        assertThat(LocalPostgres.query("SELECT DISTINCT collation_name FROM information_schema.columns"
                        + " WHERE table_schema = '" + schema + "' AND table_name IN ('entry', 'account')"
                        + " AND column_name IN ('account', 'tbl', 'key', 'name')"))
                .containsExactly("C");
    }

    @Test
    void givenRoleThatMayNotChangeTheSchema_whenItIsUpToDate_thenItOpens() throws Exception {
        builder().open().close();
        String role = "role_of_" + schema;
        LocalPostgres.execute("CREATE ROLE " + role + " LOGIN; GRANT USAGE ON SCHEMA " + schema + " TO " + role
                + "; GRANT SELECT ON " + schema + ".schema_version TO " + role
                + "; GRANT SELECT, INSERT, UPDATE, DELETE ON " + schema + ".account, " + schema + ".entry TO " + role);
        String url = LocalPostgres.url().replaceFirst("\\?.*", "");

        try (AccountStore store =
                PostgresStore.builder(url).user(role).schema(schema).open()) {
            write(store, "key", "value");
        }
        assertThatExceptionOfType(StoreFailedException.class)
                .isThrownBy(() -> PostgresStore.builder(url)
                        .user(role)
                        .schema(LocalPostgres.newSchema())
                        .open())
                .withMessageContaining("permission denied");
    }

    @Test
    void givenNewerSchema_whenOpened_thenItIsRefusedByVersion() throws Exception {
        builder().open().close();
        LocalPostgres.execute("INSERT INTO " + schema + ".schema_version (version) VALUES (2)");

        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatExceptionOfType(StoreFailedException.class)
                    .isThrownBy(() -> builder().open())
                    .withMessageContaining("newer Waxwing (version 2, this one knows 1)");
        }
    }

    @Test
    void givenSchemaOfAnotherApplication_whenOpened_thenItIsRefusedAndLeftAsItIs() throws Exception {
        LocalPostgres.execute("CREATE SCHEMA " + schema + "; CREATE TABLE " + schema + ".account (theirs text)");

        assertThatExceptionOfType(StoreFailedException.class)
                .isThrownBy(() -> builder().open())
                .withMessageContaining("already exists");
        assertThat(LocalPostgres.query("SELECT count(*) FROM pg_tables WHERE schemaname = '" + schema + "'"))
                .containsExactly("1");
    }

    @Test
    void givenServerThatIsNotThere_whenOpened_thenItIsRefusedWithoutThePassword() {
        assertThatExceptionOfType(StoreFailedException.class)
                .isThrownBy(() -> PostgresStore.builder("jdbc:postgresql://127.0.0.1:1/bots?password=guessme")
                        .timeout(Duration.ofMillis(300))
                        .open())
                .withMessageStartingWith("cannot connect to jdbc:postgresql://127.0.0.1:1/bots:")
                .withMessageNotContaining("guessme");
    }

    @ParameterizedTest
    @ValueSource(strings = {"driver", "pool"})
    void givenLibraryMissing_whenOpened_thenTheErrorNamesItsCoordinates(String missing) throws Exception {
        List<Class<?>> libraries =
                missing.equals("driver") ? LIBRARIES.subList(1, 3) : List.of(LIBRARIES.get(0), LIBRARIES.get(2));
        String place = "jdbc:postgresql://127.0.0.1:1/bots#" + schema;
        try (StoreProcess child = StoreProcess.start(folder.resolve("tmp"), libraries, "hold", place)) {
            assertThat(child.nextLine())
                    .startsWith("IllegalStateException: PostgresStore needs ")
                    .contains(missing.equals("driver") ? "add org.postgresql:postgresql" : "add com.zaxxer:HikariCP");
        }
    }

    @Test
    void givenOptionsThatCannotBe_whenSet_thenTheyAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresStore.builder("jdbc:mysql://localhost/?password=guessme"))
                .withMessage("jdbcUrl must start with jdbc:postgresql:");
        PostgresStore.Builder builder = PostgresStore.builder("jdbc:postgresql:bots");
        for (String name : List.of("", "Upper", "1st", "a-b", "a\"b", "x".repeat(64))) {
            assertThatIllegalArgumentException().isThrownBy(() -> builder.schema(name));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> builder.account(""));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxConnections(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.timeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.timeout(Duration.ofHours(2)));
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> PostgresStore.builder(LocalPostgres.dataSource()).user("bots"));
    }

    private static final String LOCK_HOLDERS = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted";

    /** Ends server processes and waits until they are gone. */
    private static void terminate(String pids) {
        try {
            List<String> ended = LocalPostgres.query(pids);
            assertThat(ended).as("backends of %s", pids).isNotEmpty();
            String list = String.join(",", ended);
            LocalPostgres.query("SELECT pg_terminate_backend(pid) FROM unnest(ARRAY[" + list + "]) pid");
            while (!LocalPostgres.query("SELECT pid FROM pg_stat_activity WHERE pid IN (" + list + ")")
                    .isEmpty()) {
                Thread.onSpinWait();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private StoreProcess child(String what, String... more) throws Exception {
        String[] arguments = new String[2 + more.length];
        arguments[0] = what;
        arguments[1] = LocalPostgres.url() + "#" + schema;
        System.arraycopy(more, 0, arguments, 2, more.length);
        return StoreProcess.start(folder.resolve("tmp"), LIBRARIES, arguments);
    }

    private PostgresStore.Builder builder() {
        return PostgresStore.builder(LocalPostgres.url()).schema(schema);
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
