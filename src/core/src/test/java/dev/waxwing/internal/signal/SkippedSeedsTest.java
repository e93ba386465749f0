package dev.waxwing.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.internal.crypto.AesCbc;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.model.Jid;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What messages that were jumped over cost, and that they can still be read. */
final class SkippedSeedsTest {

    private static final Jid GROUP = Jid.group("120363000000000001");
    private static final Jid ALICE = Jid.parse("100000000000001:4@lid");
    private static final String ROW = SignalAddress.of(ALICE).key() + '/' + GROUP;
    private static final byte[] SIGNING = Curve25519.generate().privateKey();

    /** A state, a dozen seeds and a page: whatever has been skipped before. */
    private static final int MOST_BYTES_FOR_A_MESSAGE = 1_400;

    private static final int SEED_BYTES = 36;

    private final MemoryStore store = MemoryStore.create();
    private final SenderKeyState sender = state();
    private long written;

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void givenASenderThatLeavesOutEveryOtherNumber_whenThousandsAreRead_thenEachWritesLittle() {
        hand(sender);
        int rows = 0;
        for (int i = 1; i < 6_000; i += 2) {
            byte[] message = message(i);
            written = 0;
            read(message);
            assertThat(written).as("bytes written for message %d", i).isLessThan(MOST_BYTES_FOR_A_MESSAGE);
            rows = Math.max(rows, stored().size());
        }
        assertThat(rows).isBetween(2_000 / SkippedSeeds.PAGE - 1, 2_000 / SkippedSeeds.PAGE + 2);
        assertThat(stored().stream().mapToInt(row -> row.value().length).sum())
                .isLessThan((2_000 + SkippedSeeds.PAGE) * SEED_BYTES + MOST_BYTES_FOR_A_MESSAGE);
    }

    @Test
    void givenThousandsSkipped_whenTheyComeInAnyOrder_thenTheLast2000AreReadOnceEach() {
        hand(sender);
        List<byte[]> skipped = new ArrayList<>();
        for (int i = 0; i < 5_000; i += 2) {
            skipped.add(message(i));
            read(message(i + 1));
        }
        List<byte[]> old = skipped.subList(0, skipped.size() - 2_000 - SkippedSeeds.PAGE);
        List<byte[]> kept = new ArrayList<>(skipped.subList(skipped.size() - 2_000, skipped.size()));
        Collections.shuffle(kept, new Random(1));

        old.forEach(message -> assertThat(refusal(message)).isEqualTo(Reason.DUPLICATE));
        for (byte[] message : kept) {
            written = 0;
            read(message);
            assertThat(written).isLessThan(MOST_BYTES_FOR_A_MESSAGE);
        }
        kept.forEach(message -> assertThat(refusal(message)).isEqualTo(Reason.DUPLICATE));
        assertThat(pages().stream().mapToInt(page -> page.value().length).sum())
                .isLessThan(SkippedSeeds.PAGE * SEED_BYTES);
    }

    @Test
    void givenAMessageFarAhead_whenRead_thenWhatIsWrittenIsBoundedAndTheLastPassedAreReadable() {
        hand(sender);
        byte[] last = message(24_999);
        written = 0;

        read(message(25_000));

        assertThat(written).isLessThan((2_000 + SkippedSeeds.PAGE) * SEED_BYTES + MOST_BYTES_FOR_A_MESSAGE);
        read(last);
        assertThat(refusal(message(22_000))).isEqualTo(Reason.DUPLICATE);
        written = 0;
        read(message(25_001));
        assertThat(written).isLessThan(MOST_BYTES_FOR_A_MESSAGE);
    }

    @Test
    void givenASkippedMessageThatDoesNotOpen_whenTheGenuineOneComes_thenItIsStillReadable() {
        hand(sender);
        read(message(100));
        int before = storedBytes();

        assertThat(refusal(SenderKeyMessages.seal(at(3), 3, new byte[15]))).isEqualTo(Reason.INVALID_MESSAGE);

        assertThat(storedBytes()).isEqualTo(before);
        read(message(3));
    }

    @Test
    void givenARowFromBeforeThereWerePages_whenRead_thenItsSkippedMessagesAreReadable() {
        SenderKeyState before = state();
        before.advanceTo(100);
        byte[] old = SenderKeyRecord.of(before).encode();
        store.transact(tx -> {
            tx.put(StoreTable.SENDER_KEYS, ROW, old);
            return true;
        });

        read(message(3));
        read(message(101));

        assertThat(pages()).isNotEmpty();
        read(message(4));
        assertThat(refusal(message(4))).isEqualTo(Reason.DUPLICATE);
    }

    @Test
    void givenPages_whenTheAddressBecomesAnother_thenTheyGoAlong() {
        Jid phone = Jid.parse("15551230001:4@s.whatsapp.net");
        process(phone, sender);
        within(keys -> keys.decrypt(GROUP, phone, message(100)));

        within(keys -> keys.migrate(phone, ALICE));

        read(message(3));
        assertThat(pages()).allMatch(page -> page.key().startsWith(ROW));
    }

    @Test
    void givenPages_whenTheKeyIsGivenUp_thenTheyAreGone() {
        hand(sender);
        read(message(100));
        assertThat(pages()).isNotEmpty();
        SenderKeyState sameNumber = new SenderKeyState(
                sender.id(), 0, new byte[32], Curve25519.generate().publicKey(), null);

        hand(sameNumber);

        assertThat(pages()).isEmpty();
    }

    @Test
    void givenPages_whenFiveOtherKeysCome_thenTheyAreGone() {
        hand(sender);
        read(message(100));
        for (int i = 1; i <= 5; i++) {
            hand(new SenderKeyState(
                    sender.id() + i, 0, new byte[32], Curve25519.generate().publicKey(), null));
        }

        assertThat(pages()).isEmpty();
    }

    @Test
    void givenPages_whenThePersonIsForgotten_thenTheyAreGone() {
        hand(sender);
        read(message(100));

        within(keys -> {
            keys.delete(ALICE);
            return true;
        });

        assertThat(stored()).isEmpty();
    }

    @Test
    void givenPagesThatWereLost_whenMoreIsRead_thenThatIsNoReasonToFail() {
        hand(sender);
        for (int i = 1; i < 4_000; i += 2) {
            read(message(i));
        }
        store.transact(tx -> {
            pages(tx).forEach(page -> tx.delete(StoreTable.SKIPPED_SENDER_KEYS, page.key()));
            return true;
        });

        for (int i = 4_001; i < 4_100; i += 2) {
            read(message(i));
        }

        assertThat(refusal(message(2))).isEqualTo(Reason.DUPLICATE);
        read(message(4_090));
    }

    private static SenderKeyState state() {
        return new SenderKeyState(
                5, 0, new byte[32], Curve25519.fromPrivate(SIGNING).publicKey(), SIGNING);
    }

    private static SenderKeyState at(int iteration) {
        SenderKeyState state = state();
        for (int i = 0; i < iteration; i++) {
            state.next();
        }
        return state;
    }

    private byte[] message(int iteration) {
        // Messages are asked for in order, or nearly so.
        if (iteration < sender.iteration()) {
            SenderKeyState earlier = at(iteration);
            return seal(earlier, iteration);
        }
        while (sender.iteration() < iteration) {
            sender.next();
        }
        return seal(sender, iteration);
    }

    private static byte[] seal(SenderKeyState state, int iteration) {
        SenderKeyState.MessageKey key = state.next();
        byte[] text = ("text " + iteration).getBytes(StandardCharsets.UTF_8);
        return SenderKeyMessages.seal(state, iteration, AesCbc.encrypt(key.cipherKey(), key.iv(), text));
    }

    private void hand(SenderKeyState state) {
        process(ALICE, state);
    }

    private void process(Jid from, SenderKeyState state) {
        within(keys -> {
            keys.process(GROUP, from, SenderKeyMessages.distribution(state));
            return true;
        });
    }

    private void read(byte[] message) {
        String text = new String(within(keys -> keys.decrypt(GROUP, ALICE, message)), StandardCharsets.UTF_8);
        assertThat(text)
                .isEqualTo("text "
                        + Integer.toUnsignedString(
                                SenderKeyMessages.parse(message).iteration()));
    }

    private Reason refusal(byte[] message) {
        return catchThrowableOfType(
                        DecryptionFailedException.class, () -> within(keys -> keys.decrypt(GROUP, ALICE, message)))
                .reason();
    }

    private interface Work<T> {
        T with(SenderKeys keys);
    }

    private <T> T within(Work<T> work) {
        return store.transact(tx -> work.with(SenderKeys.in(new Counting(tx))));
    }

    private List<StoreEntry> stored() {
        return store.transact(tx -> {
            List<StoreEntry> rows = new ArrayList<>(tx.scanPrefix(StoreTable.SENDER_KEYS, "", 10_000));
            rows.addAll(pages(tx));
            return rows;
        });
    }

    private int storedBytes() {
        return stored().stream().mapToInt(row -> row.value().length).sum();
    }

    private List<StoreEntry> pages() {
        return store.transact(SkippedSeedsTest::pages);
    }

    private static List<StoreEntry> pages(StoreTransaction tx) {
        return tx.scanPrefix(StoreTable.SKIPPED_SENDER_KEYS, "", 10_000);
    }

    /** Counts the bytes that are written. */
    private final class Counting implements StoreTransaction {

        private final StoreTransaction tx;

        Counting(StoreTransaction tx) {
            this.tx = tx;
        }

        @Override
        public byte @Nullable [] get(StoreTable table, String key) {
            return tx.get(table, key);
        }

        @Override
        public void put(StoreTable table, String key, byte[] value) {
            written += value.length;
            tx.put(table, key, value);
        }

        @Override
        public void delete(StoreTable table, String key) {
            tx.delete(table, key);
        }

        @Override
        public List<StoreEntry> scan(StoreTable table, String from, @Nullable String to, int limit) {
            return tx.scan(table, from, to, limit);
        }
    }
}
