package dev.waxwing.internal.signal.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.internal.signal.Party;
import dev.waxwing.internal.signal.SignalAddress;
import dev.waxwing.proto.session.SessionChain;
import dev.waxwing.proto.session.SessionRecordStructure;
import dev.waxwing.proto.session.SessionStructure;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a contact can make the ratchets compute, counted in HMACs: about half a microsecond each. */
final class RatchetCostTest {

    private static final int MESSAGES = 130;
    private static final int JUMP = ReceiverChain.MAX_JUMP;

    /** Of a message key that is kept: its seed, then HKDF over 80 bytes. */
    private static final int PER_KEY = 5;

    /** What else a message costs: its own key, its MAC, its step, a turn of the ratchet, a session. */
    private static final int PER_MESSAGE = 40;

    private final Party mallory = new Party("15551230001@s.whatsapp.net", MemoryStore.create());
    private final Party bob = new Party("100000000000002:7@lid", MemoryStore.create());
    private final CountedHmacs hmacs = new CountedHmacs();

    @BeforeEach
    void greet() {
        mallory.greet(bob);
        hmacs.take();
    }

    @AfterEach
    void close() {
        hmacs.close();
    }

    @Test
    void H3_given130MessagesEach2000Ahead_whenEachComesAlone_thenTheWorkIsThatOfTheKeysPassed() {
        List<Ciphertext> messages = jumping(MESSAGES);
        hmacs.take();

        for (Ciphertext message : messages) {
            assertThat(bob.decrypt(mallory, message)).isEqualTo("far");
            assertThat(hmacs.take()).isLessThanOrEqualTo((long) JUMP * (1 + PER_KEY) + PER_MESSAGE);
        }
    }

    @Test
    void H3_given130MessagesEach2000Ahead_whenTheyComeTogether_thenKeysThatAreSoonForgottenAreNotMade() {
        List<Ciphertext> messages = jumping(MESSAGES);
        hmacs.take();
        long all = 0;
        int transactions = 0;

        for (int done = 0; done < MESSAGES; transactions++) {
            done += inOneTransaction(messages.subList(done, MESSAGES));
            long here = hmacs.take();
            assertThat(here).isLessThan(Effort.ENOUGH + (long) JUMP * (1 + PER_KEY) + 32 * PER_MESSAGE);
            all += here;
        }

        assertThat(transactions).isEqualTo(MESSAGES / (Effort.ENOUGH / JUMP));
        assertThat(all).isLessThan((long) MESSAGES * (JUMP + PER_MESSAGE) + (long) transactions * JUMP * PER_KEY);
    }

    /** As the pipeline does: until the transaction is spent. Answers how many were read. */
    private int inOneTransaction(List<Ciphertext> messages) {
        return bob.with(mallory, tx -> {
            int read = 0;
            while (read < messages.size() && !tx.isSpent()) {
                assertThat(tx.decrypt(mallory.jid, messages.get(read))).isEqualTo("far".getBytes(UTF_8));
                read++;
            }
            return read;
        });
    }

    @Test
    void H3_givenPeerWith41Sessions_whenAForgedMessageMayBelongToAnyOfThem_thenTheStepsInAllAreBounded() {
        for (int i = 0; i <= SessionRecord.MAX_ARCHIVED; i++) {
            mallory.meet(bob, bob.bundleWithoutOneTimeKey());
            bob.decrypt(mallory, mallory.encrypt(bob, "start"));
        }
        mallory.decrypt(bob, bob.encrypt(mallory, "reply"));
        Ciphertext far = jumping(1).get(0);
        byte[] forged = far.bytes().clone();
        forged[forged.length - 1] ^= 1;
        hmacs.take();

        assertThat(reasonOf(new Ciphertext(far.type(), forged))).isEqualTo(Reason.BAD_MAC);
        assertThat(hmacs.take()).isLessThan(SessionRecord.MAX_STEPS + 41 * PER_MESSAGE);
        assertThat(bob.decrypt(mallory, far)).isEqualTo("far");
    }

    @Test
    void H3_givenJumpsInManySessions_whenAllAreRead_thenTheRecordKeepsNoMoreKeysThanItMay() {
        for (int i = 0; i < 5; i++) {
            mallory.meet(bob, bob.bundleWithoutOneTimeKey());
            bob.decrypt(mallory, mallory.encrypt(bob, "start"));
            bob.decrypt(mallory, jumping(1).get(0));
            mallory.decrypt(bob, bob.encrypt(mallory, "reply"));
            bob.decrypt(mallory, jumping(1).get(0));
        }

        List<SessionStructure> sessions = sessionsOf(bob, mallory);
        assertThat(sessions.stream()
                        .flatMap(session -> session.getReceiverChainsList().stream())
                        .mapToInt(SessionChain::getMessageKeysCount)
                        .sum())
                .isEqualTo(SessionRecord.MAX_SKIPPED);
        SessionStructure current = sessions.get(0);
        assertThat(current.getReceiverChains(current.getReceiverChainsCount() - 1)
                        .getMessageKeysCount())
                .as("the newest chain keeps all of its own")
                .isEqualTo(ReceiverChain.MAX_SKIPPED - 1);
    }

    @Test
    void givenTransaction_whenLittleIsDone_thenItIsNotSpent() {
        Ciphertext next = mallory.encrypt(bob, "next");

        assertThat(bob.<Boolean>with(mallory, tx -> {
                    tx.decrypt(mallory.jid, next);
                    return tx.isSpent();
                }))
                .isFalse();
    }

    /**
     * Messages each of which lies as far ahead of the one before as is allowed; the first on the chain as it stands.
     */
    private List<Ciphertext> jumping(int count) {
        List<Ciphertext> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            mallory.store.transact(tx -> {
                String key = SignalAddress.of(bob.jid).key();
                SessionRecordStructure.Builder record = record(tx.get(StoreTable.SESSIONS, key)).toBuilder();
                SessionChain.Builder chain = record.getCurrentSessionBuilder().getSenderChainBuilder();
                int steps = chain.getChainKey().getIndex() == 0 ? JUMP - 1 : JUMP;
                chain.setChainKey(ChainKey.of(chain.getChainKey()).ahead(steps).stored());
                tx.put(StoreTable.SESSIONS, key, record.build().toByteArray());
                return true;
            });
            messages.add(mallory.encrypt(bob, "far"));
        }
        return messages;
    }

    private Reason reasonOf(Ciphertext message) {
        DecryptionFailedException failure =
                catchThrowableOfType(DecryptionFailedException.class, () -> bob.decrypt(mallory, message));
        return failure.reason();
    }

    private static List<SessionStructure> sessionsOf(Party party, Party peer) {
        try {
            SessionRecordStructure record = record(party.sessionRow(peer));
            List<SessionStructure> sessions = new ArrayList<>();
            sessions.add(record.getCurrentSession());
            for (ByteString archived : record.getPreviousSessionsList()) {
                sessions.add(SessionStructure.parseFrom(archived));
            }
            return sessions;
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static SessionRecordStructure record(byte[] row) {
        try {
            return SessionRecordStructure.parseFrom(row);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
