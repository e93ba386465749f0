package dev.waxwing.store;

import static dev.waxwing.store.AccountStoreContract.bytes;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.waxwing.error.StoreEntryDamagedException;
import dev.waxwing.error.StoreFailedException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store that encrypts at rest must do beside the {@link AccountStoreContract}. */
abstract class EncryptionContract {

    static final byte[] KEY = keyOf(1);

    private static final byte[] OTHER_KEY = keyOf(2);
    private static final String PLAINTEXT = "the plaintext that nobody else reads";
    private static final String KEY_OF_ENTRY = "4912345@s.whatsapp.net";

    /** Opens an account of the one place of this test, with a key if there is one. */
    abstract AccountStore open(String account, byte @Nullable [] key);

    /** Everything the place holds on disk, while its stores are open or after. */
    abstract byte[] raw() throws Exception;

    /** Runs SQL past the store, which is closed; {@code entry} stands for the table. */
    abstract void execute(String sql) throws Exception;

    @ParameterizedTest
    @MethodSource("dev.waxwing.store.StoreTables#all")
    void givenKey_whenWritten_thenValuesAreInTheClearExactlyWhereTheTableIsNotSecret(StoreTable table)
            throws Exception {
        String before;
        try (AccountStore store = open("alice", KEY)) {
            write(store, table, KEY_OF_ENTRY, PLAINTEXT);
            before = new String(raw(), ISO_8859_1);
        }
        String after = new String(raw(), ISO_8859_1);

        for (String raw : List.of(before, after)) {
            assertThat(raw.contains(KEY_OF_ENTRY)).as("keys are not encrypted").isTrue();
            assertThat(raw.contains(PLAINTEXT)).isEqualTo(!table.secret());
        }
        try (AccountStore store = open("alice", KEY)) {
            assertThat(read(store, table, KEY_OF_ENTRY)).isEqualTo(bytes(PLAINTEXT));
        }
    }

    @Test
    void givenNoKey_whenWritten_thenThePlaintextIsFoundByTheSearchOfThisTest() throws Exception {
        try (AccountStore store = open("alice", null)) {
            write(store, StoreTable.SESSIONS, KEY_OF_ENTRY, PLAINTEXT);
        }

        assertThat(new String(raw(), ISO_8859_1)).contains(PLAINTEXT);
    }

    @Test
    void givenKey_whenOpenedWithAnotherOrNone_thenItIsRefusedUntilTheRightOneComes() {
        try (AccountStore store = open("alice", KEY)) {
            write(store, StoreTable.SESSIONS, "key", PLAINTEXT);
        }

        assertThatExceptionOfType(StoreFailedException.class)
                .isThrownBy(() -> open("alice", OTHER_KEY))
                .withMessage("the encryption key is not the one of account alice");
        assertThatExceptionOfType(StoreFailedException.class)
                .isThrownBy(() -> open("alice", null))
                .withMessageContaining("open it with its encryption key");
        try (AccountStore store = open("alice", KEY)) {
            assertThat(read(store, StoreTable.SESSIONS, "key")).isEqualTo(bytes(PLAINTEXT));
        }
    }

    @Test
    void givenAccountInTheClear_whenOpenedWithAKey_thenItIsRefusedAndStaysAsItIs() {
        try (AccountStore store = open("alice", null)) {
            write(store, StoreTable.SESSIONS, "key", PLAINTEXT);
        }

        assertThatExceptionOfType(StoreFailedException.class)
                .isThrownBy(() -> open("alice", KEY))
                .withMessageContaining("copy it into a new account");
        try (AccountStore store = open("alice", null)) {
            assertThat(read(store, StoreTable.SESSIONS, "key")).isEqualTo(bytes(PLAINTEXT));
        }
    }

    @Test
    void givenAccountsOfOnePlace_whenEachHasItsOwnKeyOrNone_thenEachReadsItsOwn() {
        try (AccountStore alice = open("alice", KEY);
                AccountStore bob = open("bob", OTHER_KEY);
                AccountStore carol = open("carol", null)) {
            write(alice, StoreTable.SESSIONS, "key", "of alice");
            write(bob, StoreTable.SESSIONS, "key", "of bob");
            write(carol, StoreTable.SESSIONS, "key", "of carol");

            assertThat(read(alice, StoreTable.SESSIONS, "key")).isEqualTo(bytes("of alice"));
            assertThat(read(bob, StoreTable.SESSIONS, "key")).isEqualTo(bytes("of bob"));
            assertThat(read(carol, StoreTable.SESSIONS, "key")).isEqualTo(bytes("of carol"));
        }
    }

    @Test
    void givenSameValueTwiceInOnePlace_whenEncrypted_thenTheBytesDiffer() throws Exception {
        try (AccountStore store = open("alice", KEY)) {
            write(store, StoreTable.SESSIONS, "key", PLAINTEXT);
        }
        execute("INSERT INTO entry (account, tbl, key, value)"
                + " SELECT account, 'outbox', key, value FROM entry WHERE tbl = 'sessions'");
        try (AccountStore store = open("alice", KEY)) {
            write(store, StoreTable.SESSIONS, "key", PLAINTEXT);
        }
        execute("DELETE FROM entry WHERE tbl = 'sessions' AND value ="
                + " (SELECT e.value FROM entry e WHERE e.tbl = 'outbox')");

        try (AccountStore store = open("alice", KEY)) {
            assertThat(read(store, StoreTable.SESSIONS, "key")).isEqualTo(bytes(PLAINTEXT));
        }
    }

    /** Elsewhere: under another key, in another table, in another account with the same application key. */
    @ParameterizedTest
    @ValueSource(strings = {"key = 'two'", "tbl = 'outbox'", "account = 'bob'"})
    void givenValueMovedElsewhere_whenRead_thenItIsRefusedAndOthersAreNot(String move) throws Exception {
        open("bob", KEY).close();
        try (AccountStore store = open("alice", KEY)) {
            write(store, StoreTable.SESSIONS, "one", PLAINTEXT);
            write(store, StoreTable.SESSIONS, "three", PLAINTEXT);
        }
        execute("UPDATE entry SET " + move + " WHERE account = 'alice' AND tbl = 'sessions' AND key = 'one'");

        try (AccountStore store = open(move.startsWith("account") ? "bob" : "alice", KEY)) {
            StoreTable table = move.startsWith("tbl") ? StoreTable.OUTBOX : StoreTable.SESSIONS;
            String key = move.startsWith("key") ? "two" : "one";
            assertThatExceptionOfType(StoreEntryDamagedException.class)
                    .isThrownBy(() -> read(store, table, key))
                    .withMessageContaining("does not decrypt")
                    .withMessageContaining(table.wireName());
            assertThatExceptionOfType(StoreEntryDamagedException.class)
                    .isThrownBy(() -> store.transact(tx -> tx.scan(table, key, null, 10)));
            write(store, table, key, "anew");
            assertThat(read(store, table, key)).isEqualTo(bytes("anew"));
        }
        try (AccountStore store = open("alice", KEY)) {
            assertThat(read(store, StoreTable.SESSIONS, "three")).isEqualTo(bytes(PLAINTEXT));
        }
    }

    @Test
    void givenValueThatDoesNotDecrypt_whenMet_thenItsKeyIsReadAndTheTransactionGoesOn() throws Exception {
        try (AccountStore store = open("alice", KEY)) {
            write(store, StoreTable.OUTBOX, "one", PLAINTEXT);
            write(store, StoreTable.OUTBOX, "two", PLAINTEXT);
        }
        execute("UPDATE entry SET key = 'damaged' WHERE account = 'alice' AND tbl = 'outbox' AND key = 'one'");

        try (AccountStore store = open("alice", KEY)) {
            store.transact(tx -> {
                assertThatExceptionOfType(StoreEntryDamagedException.class)
                        .isThrownBy(() -> tx.scan(StoreTable.OUTBOX, "", null, 10));
                assertThatExceptionOfType(StoreEntryDamagedException.class)
                        .isThrownBy(() -> tx.get(StoreTable.OUTBOX, "damaged"));
                assertThat(tx.keys(StoreTable.OUTBOX, "", null, 10)).containsExactly("damaged", "two");
                assertThat(tx.get(StoreTable.OUTBOX, "two")).isEqualTo(bytes(PLAINTEXT));
                tx.delete(StoreTable.OUTBOX, "damaged");
                return true;
            });
            assertThat(read(store, StoreTable.OUTBOX, "damaged")).isNull();
        }
    }

    @Test
    void givenValueInTheClearAmongSecretOnes_whenRead_thenItIsRefused() throws Exception {
        try (AccountStore store = open("alice", KEY)) {
            write(store, StoreTable.SESSIONS, "key", PLAINTEXT);
            write(store, StoreTable.IDENTITIES, "key", PLAINTEXT);
        }
        execute("UPDATE entry SET tbl = 'outbox' WHERE tbl = 'identities'");

        try (AccountStore store = open("alice", KEY)) {
            assertThatExceptionOfType(StoreFailedException.class)
                    .isThrownBy(() -> read(store, StoreTable.OUTBOX, "key"))
                    .withMessageContaining("does not decrypt");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16, 31, 33, 64})
    void givenKeyOfAnotherLength_whenSet_thenItIsRefused(int length) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open("alice", new byte[length]))
                .withMessageContaining("32 bytes but had " + length);
    }

    private static byte[] keyOf(int value) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) value);
        return key;
    }

    private static void write(AccountStore store, StoreTable table, String key, String value) {
        store.transact(tx -> {
            tx.put(table, key, bytes(value));
            return true;
        });
    }

    private static byte @Nullable [] read(AccountStore store, StoreTable table, String key) {
        return store.transact(tx -> tx.get(table, key));
    }
}
