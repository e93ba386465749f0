package dev.waxwing.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store must do. A new store extends this class and says how it is opened. */
abstract class AccountStoreContract {

    private static final StoreTable TABLE = StoreTable.SESSIONS;

    private AccountStore store;

    /** Opens an empty store. */
    abstract AccountStore openStore();

    @BeforeEach
    void open() {
        store = openStore();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void givenNothingWritten_whenRead_thenThereIsNothing() {
        assertThat(read("key")).isNull();
        assertThat(keys("", null, 10)).isEmpty();
    }

    @Test
    void givenWork_whenItReturns_thenItsAnswerAndItsWritesAreThere() {
        String answer = store.transact(tx -> {
            tx.put(TABLE, "key", bytes("value"));
            return "answer";
        });

        assertThat(answer).isEqualTo("answer");
        assertThat(read("key")).isEqualTo(bytes("value"));
        assertThat(store.<@Nullable String>transact(tx -> null)).isNull();
    }

    @Test
    void givenOwnWrites_whenReadInTheSameTransaction_thenTheyAreSeen() {
        store.transact(tx -> {
            tx.put(TABLE, "a", bytes("1"));
            tx.put(TABLE, "b", bytes("1"));
            tx.put(TABLE, "a", bytes("2"));
            tx.delete(TABLE, "b");

            assertThat(tx.get(TABLE, "a")).isEqualTo(bytes("2"));
            assertThat(tx.get(TABLE, "b")).isNull();
            assertThat(tx.scan(TABLE, "", null, 10)).containsExactly(new StoreEntry("a", bytes("2")));
            assertThat(tx.keys(TABLE, "", null, 10)).containsExactly("a");
            return true;
        });
    }

    @Test
    void givenValueThere_whenPutAndDeleted_thenItIsReplacedAndGone() {
        write("key", bytes("old"));
        write("key", bytes("a longer new one"));
        assertThat(read("key")).isEqualTo(bytes("a longer new one"));

        store.transact(tx -> {
            tx.delete(TABLE, "key");
            tx.delete(TABLE, "never there");
            return true;
        });
        assertThat(read("key")).isNull();
    }

    @Test
    void givenExceptionInTheMiddle_whenThrown_thenItIsRethrownAndNothingIsLeft() {
        write("replaced", bytes("before"));
        write("deleted", bytes("before"));
        RuntimeException thrown = new RuntimeException("in the middle");

        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> store.transact(tx -> {
                    tx.put(TABLE, "replaced", bytes("after"));
                    tx.put(TABLE, "replaced", bytes("after that"));
                    tx.delete(TABLE, "deleted");
                    tx.put(TABLE, "deleted", bytes("anew"));
                    tx.put(TABLE, "added", bytes("after"));
                    tx.put(StoreTable.OUTBOX, "added", bytes("after"));
                    throw thrown;
                }))
                .isSameAs(thrown);

        assertThat(read("replaced")).isEqualTo(bytes("before"));
        assertThat(read("deleted")).isEqualTo(bytes("before"));
        assertThat(keys("", null, 10)).containsExactly("deleted", "replaced");
        assertThat(entries(StoreTable.OUTBOX, "", null, 10)).isEmpty();
    }

    @Test
    void givenErrorInTheMiddle_whenThrown_thenNothingIsLeftAndTheStoreGoesOn() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> store.transact(tx -> {
                    tx.put(TABLE, "key", bytes("value"));
                    throw new AssertionError("in the middle");
                }));

        assertThat(read("key")).isNull();
        write("key", bytes("value"));
        assertThat(read("key")).isEqualTo(bytes("value"));
    }

    @Test
    void givenRefusedCallInsideWork_whenCaughtByTheWork_thenTheRestIsCommitted() {
        store.transact(tx -> {
            tx.put(TABLE, "before", bytes("1"));
            assertThatIllegalArgumentException().isThrownBy(() -> tx.put(TABLE, "", bytes("1")));
            tx.put(TABLE, "behind", bytes("1"));
            return true;
        });

        assertThat(keys("", null, 10)).containsExactly("before", "behind");
    }

    @Test
    void givenRowsInSomeTables_whenAskedWhich_thenThoseWithRows() {
        store.transact(tx -> {
            tx.put(StoreTable.OUTBOX, "key", bytes("o"));
            tx.put(StoreTables.MADE_BY_AN_AREA, "key", bytes("a"));
            tx.put(StoreTable.INBOX, "key", bytes("i"));
            tx.delete(StoreTable.INBOX, "key");
            return true;
        });

        assertThat(store.<Set<StoreTable>>transact(StoreTransaction::tables))
                .containsExactlyInAnyOrder(StoreTable.OUTBOX, StoreTables.MADE_BY_AN_AREA);
    }

    @ParameterizedTest
    @MethodSource("dev.waxwing.store.StoreTables#all")
    void givenSameKeyInEveryTable_whenOneIsWritten_thenTheOthersKeepTheirs(StoreTable written) {
        store.transact(tx -> {
            for (StoreTable table : StoreTables.all()) {
                tx.put(table, "key", bytes(table.wireName()));
            }
            tx.put(written, "key", bytes("new"));
            return true;
        });

        for (StoreTable table : StoreTables.all()) {
            assertThat(read(table, "key")).isEqualTo(bytes(table.equals(written) ? "new" : table.wireName()));
        }
    }

    @Test
    void givenKeysOfEveryCharacter_whenScanned_thenTheOrderIsThatOfTheBytes() {
        List<String> ascending = new ArrayList<>();
        for (char c = 0x20; c <= 0x7e; c++) {
            ascending.add("" + c);
            ascending.add(c + " ");
            ascending.add(c + "~");
        }
        List<String> shuffled = new ArrayList<>(ascending);
        Collections.shuffle(shuffled, new Random(1));
        store.transact(tx -> {
            shuffled.forEach(key -> tx.put(TABLE, key, bytes("of " + key)));
            return true;
        });

        List<StoreEntry> entries = store.transact(tx -> tx.scan(TABLE, "", null, 1000));
        assertThat(entries).extracting(StoreEntry::key).isEqualTo(ascending);
        assertThat(entries).allSatisfy(entry -> assertThat(entry.value()).isEqualTo(bytes("of " + entry.key())));
    }

    @Test
    void givenRange_whenScanned_thenFromIsIncludedAndToIsNot() {
        store.transact(tx -> {
            List.of("a", "b", "ba", "c", "d").forEach(key -> tx.put(TABLE, key, bytes(key)));
            return true;
        });

        assertThat(keys("b", "d", 10)).containsExactly("b", "ba", "c");
        assertThat(keys("aa", "bb", 10)).containsExactly("b", "ba");
        assertThat(keys("", "b", 10)).containsExactly("a");
        assertThat(keys("c", null, 10)).containsExactly("c", "d");
        assertThat(keys("e", null, 10)).isEmpty();
        assertThat(keys("b", "b", 10)).isEmpty();
        assertThat(keys("c", "a", 10)).isEmpty();
        assertThat(keys("a", "", 10)).isEmpty();
        assertThat(keys("b", null, 2)).containsExactly("b", "ba");
        assertThat(keys("a", "d", 1)).containsExactly("a");
        assertThat(keys("a", "d", Integer.MAX_VALUE)).hasSize(4);
    }

    @Test
    void givenPrefix_whenScanned_thenOnlyKeysThatBeginWithItAreThere() {
        store.transact(tx -> {
            List.of("1", "1.0", "1.1", "1.~", "1.~~", "1/", "10", "~", "~~", "~~a")
                    .forEach(key -> tx.put(TABLE, key, bytes(key)));
            return true;
        });

        assertThat(prefixed("1.", 10)).containsExactly("1.0", "1.1", "1.~", "1.~~");
        assertThat(prefixed("1.~", 10)).containsExactly("1.~", "1.~~");
        assertThat(prefixed("~~", 10)).containsExactly("~~", "~~a");
        assertThat(prefixed("", 3)).containsExactly("1", "1.0", "1.1");
        assertThat(prefixed("2", 10)).isEmpty();
    }

    @Test
    void givenThreadsThatCount_whenAllAreDone_thenNoStepIsLost() throws Exception {
        int threads = 8;
        int steps = 100;
        inParallel(threads, thread -> {
            for (int i = 0; i < steps; i++) {
                int step = i;
                try {
                    store.transact(tx -> {
                        increment(tx, "all");
                        increment(tx, "of " + thread);
                        if (step % 10 == 9) {
                            increment(tx, "never");
                            throw new UnsupportedOperationException("every tenth fails");
                        }
                        return true;
                    });
                } catch (UnsupportedOperationException expected) {
                    assertThat(step % 10).isEqualTo(9);
                }
            }
        });

        assertThat(number("all")).isEqualTo(threads * steps * 9 / 10);
        assertThat(read("never")).isNull();
        for (int thread = 0; thread < threads; thread++) {
            assertThat(number("of " + thread)).isEqualTo(steps * 9 / 10);
        }
    }

    @Test
    void givenTransactReturned_whenAnotherThreadReads_thenItSeesTheWrite() throws Exception {
        write("key", bytes("value"));

        AtomicReference<byte @Nullable []> seen = new AtomicReference<>();
        Thread reader = new Thread(() -> seen.set(read("key")));
        reader.start();
        reader.join();

        assertThat(seen.get()).isEqualTo(bytes("value"));
    }

    @Test
    void givenArrays_whenChangedByTheCaller_thenTheStoreKeepsItsOwn() {
        byte[] put = bytes("value");
        store.transact(tx -> {
            tx.put(TABLE, "key", put);
            put[0] = 'X';
            byte[] got = tx.get(TABLE, "key");
            assertThat(got).isEqualTo(bytes("value"));
            got[0] = 'Y';
            tx.scan(TABLE, "", null, 1).get(0).value()[0] = 'Z';
            assertThat(tx.get(TABLE, "key")).isEqualTo(bytes("value"));
            return true;
        });
        put[1] = 'X';

        assertThat(read("key")).isEqualTo(bytes("value"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4096, 1 << 20})
    void givenValueOfAnySize_whenReadBack_thenItIsTheSame(int size) {
        byte[] value = new byte[size];
        new Random(size).nextBytes(value);
        write("key", value);

        assertThat(read("key")).isEqualTo(value);
        assertThat(entries(TABLE, "", null, 1)).containsExactly(new StoreEntry("key", value));
    }

    @Test
    void givenManyKeys_whenPagedThrough_thenEachIsMetOnceInOrder() {
        int count = 5_000;
        store.transact(tx -> {
            IntStream.range(0, count).forEach(i -> tx.put(TABLE, "%05d".formatted(i * 7 % count), bytes("v")));
            return true;
        });

        List<String> met = new ArrayList<>();
        String from = "";
        while (true) {
            List<String> page = keys(from, null, 640);
            if (page.isEmpty()) {
                break;
            }
            met.addAll(page);
            from = page.get(page.size() - 1) + " ";
        }
        assertThat(met)
                .isEqualTo(IntStream.range(0, count)
                        .mapToObj(i -> "%05d".formatted(i))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tab\t", "null\0", "del\u007f", "umlaut\u00e4", "line\n", "\ud83d\ude00"})
    void givenKeyNotPrintableAscii_whenUsed_thenItIsRefused(String key) {
        store.transact(tx -> {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tx.get(TABLE, key))
                    .withMessageContaining("key");
            assertThatIllegalArgumentException().isThrownBy(() -> tx.put(TABLE, key, bytes("v")));
            assertThatIllegalArgumentException().isThrownBy(() -> tx.delete(TABLE, key));
            if (!key.isEmpty()) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> tx.scan(TABLE, key, null, 1))
                        .withMessageContaining("from");
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> tx.scan(TABLE, "", key, 1))
                        .withMessageContaining("to");
                assertThatIllegalArgumentException().isThrownBy(() -> tx.keys(TABLE, key, null, 1));
                assertThatIllegalArgumentException().isThrownBy(() -> tx.keys(TABLE, "", key, 1));
                assertThatIllegalArgumentException().isThrownBy(() -> tx.scanPrefix(TABLE, key, 1));
            }
            return true;
        });
    }

    @Test
    void givenKeyAtTheLimit_whenUsed_thenOnlyTheLongerOneIsRefused() {
        write("k".repeat(512), bytes("v"));
        assertThat(read("k".repeat(512))).isEqualTo(bytes("v"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> write("k".repeat(513), bytes("v")))
                .withMessageContaining("513");
    }

    @Test
    void givenLimitBelowOneOrNulls_whenUsed_thenTheyAreRefused() {
        store.transact(tx -> {
            assertThatIllegalArgumentException().isThrownBy(() -> tx.scan(TABLE, "", null, 0));
            assertThatIllegalArgumentException().isThrownBy(() -> tx.scan(TABLE, "", null, -1));
            assertThatIllegalArgumentException().isThrownBy(() -> tx.keys(TABLE, "", null, 0));
            assertThatNullPointerException().isThrownBy(() -> tx.get(null, "key"));
            assertThatNullPointerException().isThrownBy(() -> tx.get(TABLE, null));
            assertThatNullPointerException().isThrownBy(() -> tx.put(TABLE, "key", null));
            assertThatNullPointerException().isThrownBy(() -> tx.delete(null, "key"));
            assertThatNullPointerException().isThrownBy(() -> tx.scan(TABLE, null, null, 1));
            assertThatNullPointerException().isThrownBy(() -> tx.keys(null, "", null, 1));
            assertThatNullPointerException().isThrownBy(() -> tx.keys(TABLE, null, null, 1));
            return true;
        });
        assertThatNullPointerException().isThrownBy(() -> store.transact(null));
    }

    @Test
    void givenTransactionThatEnded_whenUsed_thenItIsRefused() {
        AtomicReference<StoreTransaction> kept = new AtomicReference<>();
        store.transact(tx -> {
            kept.set(tx);
            return true;
        });
        assertEnded(kept.get());

        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> store.transact(tx -> {
                    kept.set(tx);
                    throw new UnsupportedOperationException();
                }));
        assertEnded(kept.get());
        assertThat(read("key")).isNull();
    }

    @Test
    void givenTransaction_whenUsedOnAnotherThread_thenItIsRefused() {
        AtomicReference<@Nullable Throwable> met = new AtomicReference<>();
        store.transact(tx -> {
            Thread other = new Thread(() -> {
                try {
                    tx.put(TABLE, "key", bytes("value"));
                } catch (IllegalStateException e) {
                    met.set(e);
                }
            });
            other.start();
            try {
                other.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return true;
        });

        assertThat(met.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("thread");
        assertThat(read("key")).isNull();
    }

    @Test
    void givenRunningTransaction_whenStoreIsEnteredOrClosedAgain_thenItIsRefusedAndTheOuterOneGoesOn() {
        store.transact(tx -> {
            tx.put(TABLE, "outer", bytes("1"));
            assertThatIllegalStateException()
                    .isThrownBy(() -> store.transact(inner -> true))
                    .withMessageContaining("already in a transaction");
            assertThatIllegalStateException().isThrownBy(() -> store.close());
            tx.put(TABLE, "outer", bytes("2"));
            return true;
        });

        assertThat(read("outer")).isEqualTo(bytes("2"));
    }

    @Test
    void givenInterruptedThread_whenItTransacts_thenItCommitsAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        boolean interrupted;
        try {
            write("key", bytes("value"));
        } finally {
            interrupted = Thread.interrupted();
        }

        assertThat(interrupted).isTrue();
        assertThat(read("key")).isEqualTo(bytes("value"));
    }

    @Test
    void givenClosedStore_whenUsed_thenItIsRefusedAndClosingAgainDoesNothing() {
        store.close();
        store.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> store.transact(tx -> true))
                .withMessageContaining("closed");
    }

    private void assertEnded(StoreTransaction transaction) {
        assertThatIllegalStateException()
                .isThrownBy(() -> transaction.get(TABLE, "key"))
                .withMessageContaining("ended");
        assertThatIllegalStateException().isThrownBy(() -> transaction.put(TABLE, "key", bytes("v")));
        assertThatIllegalStateException().isThrownBy(() -> transaction.delete(TABLE, "key"));
        assertThatIllegalStateException().isThrownBy(() -> transaction.scan(TABLE, "", null, 1));
        assertThatIllegalStateException().isThrownBy(() -> transaction.keys(TABLE, "", null, 1));
    }

    private byte @Nullable [] read(String key) {
        return read(TABLE, key);
    }

    private byte @Nullable [] read(StoreTable table, String key) {
        return store.transact(tx -> tx.get(table, key));
    }

    private List<StoreEntry> entries(StoreTable table, String from, @Nullable String to, int limit) {
        return store.transact(tx -> tx.scan(table, from, to, limit));
    }

    private void write(String key, byte[] value) {
        store.transact(tx -> {
            tx.put(TABLE, key, value);
            return true;
        });
    }

    /** By both ways to ask for them. */
    private List<String> keys(String from, @Nullable String to, int limit) {
        List<String> keys = store.transact(tx -> tx.keys(TABLE, from, to, limit));
        assertThat(entries(TABLE, from, to, limit)).extracting(StoreEntry::key).isEqualTo(keys);
        return keys;
    }

    private List<String> prefixed(String prefix, int limit) {
        return store.transact(tx -> tx.scanPrefix(TABLE, prefix, limit)).stream()
                .map(StoreEntry::key)
                .toList();
    }

    private int number(String key) {
        byte[] value = read(key);
        return value == null ? 0 : Integer.parseInt(new String(value, US_ASCII));
    }

    private static void increment(StoreTransaction tx, String key) {
        byte[] value = tx.get(TABLE, key);
        int number = value == null ? 0 : Integer.parseInt(new String(value, US_ASCII));
        tx.put(TABLE, key, bytes(Integer.toString(number + 1)));
    }

    static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }

    interface Task {
        void run(int thread) throws Exception;
    }

    static void inParallel(int threads, Task task) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Boolean>> calls = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                calls.add(() -> {
                    task.run(thread);
                    return true;
                });
            }
            for (Future<Boolean> call : executor.invokeAll(calls, 2, TimeUnit.MINUTES)) {
                assertThat(call.get()).isTrue();
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
