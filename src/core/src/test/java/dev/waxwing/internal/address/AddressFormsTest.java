package dev.waxwing.internal.address;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.internal.signal.Party;
import dev.waxwing.internal.signal.SenderKeys;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.signal.Stores;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTransaction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** One device that is known by its phone number, by its LID, by both, and by one after the other. */
@ParameterizedClass
@EnumSource(Stores.Kind.class)
final class AddressFormsTest {

    private static final Jid PHONE = Jid.phone("15551230002").withDevice(7);
    private static final Jid LID = Jid.lid("100000000000002").withDevice(7);
    private static final Jid GROUP = Jid.group("120363000000000001");

    @Parameter
    private Stores.Kind kind;

    @TempDir
    private Path folder;

    private Stores stores;
    private Party alice;
    private LidMappings lids;

    /** The same device twice: one party for each form of its address. */
    private Party byPhone;

    private Party byLid;

    @BeforeEach
    void open() {
        stores = new Stores(kind, folder);
        alice = new Party("15551230001@s.whatsapp.net", stores.open());
        lids = new LidMappings(alice.store, alice.sessions);
        AccountStore bobs = stores.open();
        byPhone = new Party(PHONE.toString(), bobs);
        byLid = new Party(LID.toString(), bobs);
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void givenASessionByPhoneNumber_whenThePairIsLearnedBetweenTwoMessages_thenBothAreRead() {
        byPhone.meet(alice, alice.bundle());
        Ciphertext first = byPhone.encrypt(alice, "by number");
        Ciphertext second = byPhone.encrypt(alice, "by LID");
        Ciphertext third = byPhone.encrypt(alice, "by number again");

        assertThat(read(PHONE, first)).isEqualTo("by number");
        lids.learn(PHONE, LID);

        assertThat(read(LID, second)).isEqualTo("by LID");
        assertThat(read(PHONE, third)).isEqualTo("by number again");
        assertThat(alice.sessionRow(byPhone)).isNull();
        assertThat(alice.sessionRow(byLid)).isNotNull();
    }

    @Test
    void givenASessionByLid_whenThePairIsLearnedBetweenTwoMessages_thenBothAreRead() {
        byLid.meet(alice, alice.bundle());
        Ciphertext first = byLid.encrypt(alice, "by LID");
        Ciphertext second = byLid.encrypt(alice, "by number");

        assertThat(read(LID, first)).isEqualTo("by LID");
        lids.learn(PHONE, LID);

        assertThat(read(PHONE, second)).isEqualTo("by number");
        assertThat(alice.sessionRow(byPhone)).isNull();
    }

    @Test
    void givenThePairKnownBefore_whenMessagesComeInEitherForm_thenThereIsOneSession() {
        lids.learn(PHONE, LID);
        byPhone.meet(alice, alice.bundle());

        assertThat(read(PHONE, byPhone.encrypt(alice, "by number"))).isEqualTo("by number");
        assertThat(read(LID, byPhone.encrypt(alice, "by LID"))).isEqualTo("by LID");

        assertThat(alice.sessionRow(byPhone)).isNull();
        assertThat(alice.sessionRow(byLid)).isNotNull();
    }

    @Test
    void givenASessionUnderEachForm_whenThePairIsLearned_thenMessagesOfBothAreReadInEitherForm() {
        byPhone.meet(alice, alice.bundle());
        Ciphertext old = byPhone.encrypt(alice, "number, first");
        Ciphertext oldLate = byPhone.encrypt(alice, "number, late");
        byPhone.meet(alice, alice.bundle());
        Ciphertext renewed = byPhone.encrypt(alice, "LID, first");
        Ciphertext renewedLate = byPhone.encrypt(alice, "LID, late");
        assertThat(read(PHONE, old)).isEqualTo("number, first");
        assertThat(read(LID, renewed)).isEqualTo("LID, first");

        lids.learn(PHONE, LID);

        assertThat(alice.sessionRow(byPhone)).isNull();
        assertThat(read(LID, oldLate)).isEqualTo("number, late");
        assertThat(read(PHONE, renewedLate)).isEqualTo("LID, late");
        assertThat(alice.changed).isEmpty();
    }

    @Test
    void givenASessionOfAFormerIdentityUnderTheNumber_whenThePairIsLearned_thenItIsDropped() {
        Party former = new Party(PHONE.toString(), stores.open());
        former.meet(alice, alice.bundle());
        assertThat(read(PHONE, former.encrypt(alice, "before"))).isEqualTo("before");
        byLid.meet(alice, alice.bundle());
        assertThat(read(LID, byLid.encrypt(alice, "after"))).isEqualTo("after");

        lids.learn(PHONE, LID);

        Ciphertext late = alice.encrypt(byLid, "to the one of today");
        assertThat(byLid.decrypt(alice, late)).isEqualTo("to the one of today");
        assertThat(alice.<Optional<byte[]>>with(byLid, tx -> tx.identity(LID)))
                .contains(byLid.identity().publicKey());
    }

    @Test
    void givenAPairLearnedBetweenTheLookUpAndTheTransaction_whenAMessageIsRead_thenItIsReadAtOnce() {
        InterruptedStore interrupted = new InterruptedStore(alice.store);
        SignalSessions sessions = new SignalSessions(interrupted, alice.credentials);
        LidMappings mappings = new LidMappings(interrupted, sessions);
        byPhone.meet(alice, alice.bundle());
        Ciphertext first = byPhone.encrypt(alice, "first");
        Ciphertext second = byPhone.encrypt(alice, "second");
        assertThat(read(mappings, PHONE, first)).isEqualTo("first");
        AtomicInteger runs = new AtomicInteger();

        interrupted.beforeNext = () -> mappings.learn(PHONE, LID);
        String text = mappings.inTransaction(List.of(PHONE), peers -> {
            runs.incrementAndGet();
            assertThat(peers.canonical(PHONE)).isEqualTo(LID);
            return new String(peers.decrypt(PHONE, second, Optional.empty()), UTF_8);
        });

        assertThat(text).isEqualTo("second");
        assertThat(runs).hasValue(1);
        assertThat(alice.sessionRow(byPhone)).isNull();
        assertThat(alice.sessionRow(byLid)).isNotNull();
    }

    @Test
    void givenANumberThatMovesToAnotherLidAtTheLastMoment_whenWorkIsDone_thenItSeesTheNewOne() {
        InterruptedStore interrupted = new InterruptedStore(alice.store);
        LidMappings mappings = new LidMappings(interrupted, new SignalSessions(interrupted, alice.credentials));
        Jid other = Jid.lid("100000000000009");
        mappings.learn(PHONE, LID);
        assertThat(mappings.counterpart(PHONE)).contains(LID.withoutDevice());

        interrupted.beforeNext = () -> mappings.learn(PHONE, other);
        Jid filed = mappings.inTransaction(List.of(PHONE), peers -> {
            peers.saveIdentity(PHONE, new byte[32]);
            return peers.canonical(PHONE);
        });

        assertThat(filed).isEqualTo(other.withDevice(7));
    }

    @Test
    void givenASessionLeftUnderTheNumberOfAKnownPair_whenAMessageComes_thenItIsFoundAndMoved() {
        lids.learn(PHONE, LID);
        byPhone.meet(alice, alice.bundle());
        Ciphertext first = byPhone.encrypt(alice, "first");
        Ciphertext second = byPhone.encrypt(alice, "second");
        assertThat(alice.decrypt(byPhone, first)).isEqualTo("first");
        assertThat(alice.sessionRow(byPhone)).isNotNull();

        assertThat(read(LID, second)).isEqualTo("second");

        assertThat(alice.sessionRow(byPhone)).isNull();
        assertThat(alice.sessionRow(byLid)).isNotNull();
    }

    @Test
    void givenAMessageThatFitsNoSession_whenRead_thenItsReasonIsToldAndNothingMoves() {
        lids.learn(PHONE, LID);
        byLid.meet(alice, alice.bundle());
        Ciphertext ciphertext = byLid.encrypt(alice, "read");
        read(LID, ciphertext);

        assertThat(catchThrowableOfType(DecryptionFailedException.class, () -> read(PHONE, ciphertext))
                        .reason())
                .isEqualTo(Reason.DUPLICATE);
        Jid stranger = Jid.phone("15551239999");
        assertThat(catchThrowableOfType(
                                DecryptionFailedException.class,
                                () -> read(stranger, new Ciphertext(Ciphertext.Type.MSG, plainMessage())))
                        .reason())
                .isEqualTo(Reason.NO_SESSION);
    }

    @Test
    void givenSenderKeysUnderEachForm_whenThePairIsLearned_thenBothStayReadable() {
        byte[] older = distribution(byLid);
        byte[] olderMessage = seal(byLid, "older key");
        byLid.store.transact(tx -> {
            SenderKeys.in(tx).rotate(GROUP);
            return true;
        });
        byte[] newer = distribution(byLid);
        byte[] newerMessage = seal(byLid, "newer key");
        process(PHONE, older);
        process(LID, newer);

        lids.learn(PHONE, LID);

        assertThat(readForGroup(PHONE, olderMessage)).isEqualTo("older key");
        assertThat(readForGroup(LID, newerMessage)).isEqualTo("newer key");
    }

    @Test
    void givenASenderKeyLeftUnderTheNumberOfAKnownPair_whenAMessageComes_thenItIsFoundAndMoved() {
        lids.learn(PHONE, LID);
        process(PHONE, distribution(byLid));

        assertThat(readForGroup(LID, seal(byLid, "found"))).isEqualTo("found");
    }

    @Test
    void givenAHostedDevice_whenThePairIsLearned_thenItsSessionMovesToo() {
        Party hosted = new Party(new Jid(PHONE.user(), JidServer.HOSTED, 99).toString(), stores.open());
        Jid hostedLid = new Jid(LID.user(), JidServer.HOSTED_LID, 99);
        hosted.meet(alice, alice.bundle());
        assertThat(read(hosted.jid, hosted.encrypt(alice, "first"))).isEqualTo("first");

        lids.learn(PHONE, LID);

        assertThat(alice.sessionRow(hosted)).isNull();
        assertThat(read(hostedLid, hosted.encrypt(alice, "second"))).isEqualTo("second");
        assertThat(read(hosted.jid, hosted.encrypt(alice, "third"))).isEqualTo("third");
    }

    @Test
    void givenMessagesInBothFormsOnManyThreads_whenThePairIsLearnedMeanwhile_thenEachIsReadOnce() throws Exception {
        int messages = 60;
        byPhone.meet(alice, alice.bundle());
        assertThat(read(PHONE, byPhone.encrypt(alice, "first"))).isEqualTo("first");
        List<Callable<String>> work = new ArrayList<>();
        List<String> sent = new ArrayList<>();
        CyclicBarrier start = new CyclicBarrier(4);
        for (int i = 0; i < messages; i++) {
            String text = "message " + i;
            sent.add(text);
            Ciphertext ciphertext = byPhone.encrypt(alice, text);
            work.add(() -> read(PHONE, ciphertext));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<List<String>>> readers = new ArrayList<>();
            for (int reader = 0; reader < 3; reader++) {
                List<Callable<String>> share = work.subList(reader * messages / 3, (reader + 1) * messages / 3);
                readers.add(threads.submit(() -> {
                    start.await(30, TimeUnit.SECONDS);
                    List<String> read = new ArrayList<>();
                    for (Callable<String> one : share) {
                        read.add(one.call());
                    }
                    return read;
                }));
            }
            Future<Boolean> learned = threads.submit(() -> {
                start.await(30, TimeUnit.SECONDS);
                return lids.learn(LID, PHONE);
            });
            List<String> read = new ArrayList<>();
            for (Future<List<String>> reader : readers) {
                read.addAll(reader.get(60, TimeUnit.SECONDS));
            }
            assertThat(learned.get(60, TimeUnit.SECONDS)).isTrue();
            assertThat(read).containsExactlyElementsOf(sent);
        } finally {
            threads.shutdownNow();
            assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(alice.sessionRow(byPhone)).isNull();
    }

    private String read(Jid sender, Ciphertext ciphertext) {
        return read(lids, sender, ciphertext);
    }

    private static String read(LidMappings mappings, Jid sender, Ciphertext ciphertext) {
        return mappings.inTransaction(
                List.of(sender), peers -> new String(peers.decrypt(sender, ciphertext, Optional.empty()), UTF_8));
    }

    private String readForGroup(Jid sender, byte[] message) {
        return lids.inTransaction(
                List.of(sender), peers -> new String(peers.decryptForGroup(GROUP, sender, message), UTF_8));
    }

    private void process(Jid sender, byte[] distribution) {
        alice.store.transact(tx -> {
            SenderKeys.in(tx).process(GROUP, sender, distribution);
            return true;
        });
    }

    private static byte[] distribution(Party sender) {
        return sender.store.transact(tx -> SenderKeys.in(tx).distributionMessage(GROUP));
    }

    private static byte[] seal(Party sender, String text) {
        return sender.store.transact(tx -> SenderKeys.in(tx).encrypt(GROUP, text.getBytes(UTF_8)));
    }

    /** A message of an established session, well-formed. */
    private byte[] plainMessage() {
        Party other = new Party("15551230003@s.whatsapp.net", stores.open());
        byLid.greet(other);
        return byLid.encrypt(other, "of another session").bytes();
    }

    /** Runs something else right before the next transaction. */
    private static final class InterruptedStore implements AccountStore {

        private final AccountStore store;
        private @Nullable Runnable beforeNext;

        InterruptedStore(AccountStore store) {
            this.store = store;
        }

        @Override
        public <T extends @Nullable Object> T transact(Function<StoreTransaction, T> work) {
            Runnable first = beforeNext;
            beforeNext = null;
            if (first != null) {
                first.run();
            }
            return store.transact(work);
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
