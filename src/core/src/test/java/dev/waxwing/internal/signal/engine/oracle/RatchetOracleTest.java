package dev.waxwing.internal.signal.engine.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.internal.signal.Party;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.internal.signal.engine.RatchetEngine;
import dev.waxwing.store.MemoryStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Our engine beside libsignal 0.23.1: from the same rows both make the same messages, rows and refusals, byte for byte.
 * Conversations are random, from fixed seeds.
 */
final class RatchetOracleTest {

    private static final int STEPS = 600;
    private static final int MOST_UNDER_WAY = 12;

    private OracleDevice alice;
    private OracleDevice bob;

    @BeforeEach
    void meetNobody() {
        alice = new OracleDevice("15551230001@s.whatsapp.net");
        bob = new OracleDevice("100000000000002:7@lid");
    }

    private record Sent(byte[] text, Ciphertext ciphertext) {}

    /** Messages to one device that have not arrived. */
    private record Line(OracleDevice from, OracleDevice to, List<Sent> underWay) {
        Line(OracleDevice from, OracleDevice to) {
            this(from, to, new ArrayList<>());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void givenConversation_whenMessagesAreLostRepeatedReorderedAndSpoilt_thenBothEnginesDoTheSame(long seed) {
        Random random = new Random(seed);
        Line there = new Line(alice, bob);
        Line back = new Line(bob, alice);
        meet(random, alice, bob);
        Map<Reason, Integer> refused = new EnumMap<>(Reason.class);
        int read = 0;
        for (int step = 0; step < STEPS; step++) {
            Line line = random.nextBoolean() ? there : back;
            int chance = random.nextInt(100);
            // Some conversations start anew often, with both sides at once, and so have an archive; others never do.
            if (chance < seed % 4) {
                meet(random, line.from, line.to);
            } else if (chance < 45 && line.from.hasSession(line.to)) {
                send(random, line);
            } else if (!line.underWay.isEmpty()) {
                Object outcome = deliver(random, line);
                if (outcome instanceof Reason reason) {
                    refused.merge(reason, 1, Integer::sum);
                } else {
                    read++;
                }
            }
        }
        assertThat(read).isGreaterThan(STEPS / 10);
        assertThat(refused).containsKeys(Reason.DUPLICATE, Reason.BAD_MAC);
    }

    private static void meet(Random random, OracleDevice from, OracleDevice to) {
        PreKeyBundle bundle = random.nextBoolean() ? to.party.bundle() : to.party.bundleWithoutOneTimeKey();
        from.meet(to, bundle, random.nextBoolean());
    }

    private static void send(Random random, Line line) {
        byte[] text = new byte[random.nextInt(64)];
        random.nextBytes(text);
        line.underWay.add(new Sent(text, line.from.encrypt(line.to, text)));
        if (line.underWay.size() > MOST_UNDER_WAY) {
            line.underWay.remove(random.nextInt(MOST_UNDER_WAY));
        }
    }

    private static Object deliver(Random random, Line line) {
        int at = random.nextInt(3) == 0 ? random.nextInt(line.underWay.size()) : 0;
        Sent sent = line.underWay.get(at);
        if (random.nextInt(10) == 0) {
            return line.to.decrypt(line.from, spoilt(random, sent.ciphertext));
        }
        if (random.nextInt(10) != 0) {
            line.underWay.remove(at);
        }
        Object outcome = line.to.decrypt(line.from, sent.ciphertext);
        if (outcome instanceof byte[] text) {
            assertThat(text).isEqualTo(sent.text);
        }
        return outcome;
    }

    /** In the MAC of the message that is read, or, if that is in another one, of the one within. */
    private static Ciphertext spoilt(Random random, Ciphertext ciphertext) {
        byte[] bytes = ciphertext.bytes().clone();
        int fromEnd = ciphertext.type() == Ciphertext.Type.MSG ? 1 + random.nextInt(8) : 8;
        bytes[bytes.length - fromEnd] ^= (byte) (1 << random.nextInt(8));
        return new Ciphertext(ciphertext.type(), bytes);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void givenStoresThatGoFromOneEngineToTheOther_whenTheyTalk_thenEveryMessageIsRead(long seed) {
        Random random = new Random(seed);
        MemoryStore storeOfAlice = MemoryStore.create();
        MemoryStore storeOfBob = MemoryStore.create();
        List<Party> alices = List.of(
                new Party("15551230001@s.whatsapp.net", storeOfAlice, RatchetEngine::factory),
                new Party("15551230001@s.whatsapp.net", storeOfAlice, LibsignalEngine::factory));
        List<Party> bobs = List.of(
                new Party("15551230002@s.whatsapp.net", storeOfBob, RatchetEngine::factory),
                new Party("15551230002@s.whatsapp.net", storeOfBob, LibsignalEngine::factory));
        alices.get(random.nextInt(2)).meet(bobs.get(0), bobs.get(0).bundle());
        for (int step = 0; step < 300; step++) {
            boolean there = step == 0 || random.nextBoolean();
            List<Party> senders = there ? alices : bobs;
            List<Party> receivers = there ? bobs : alices;
            if (random.nextInt(20) == 0) {
                Party any = senders.get(random.nextInt(2));
                any.meet(receivers.get(0), receivers.get(0).bundle());
            }
            List<Ciphertext> burst = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(4); i++) {
                burst.add(senders.get(random.nextInt(2)).encrypt(receivers.get(0), "text " + burst.size()));
            }
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < burst.size(); i++) {
                order.add(i);
            }
            Collections.shuffle(order, random);
            for (int i : order) {
                assertThat(receivers.get(random.nextInt(2)).decrypt(senders.get(0), burst.get(i)))
                        .isEqualTo("text " + i);
            }
        }
    }

    @Test
    void givenBothStartAtOnce_whenTheirMessagesCross_thenBothEnginesGoOnInTheSameSession() {
        alice.meet(bob, bob.party.bundle(), true);
        bob.meet(alice, alice.party.bundle(), false);
        Ciphertext ofAlice = alice.encrypt(bob, bytes("from Alice"));
        Ciphertext ofBob = bob.encrypt(alice, bytes("from Bob"));

        assertThat(bob.decrypt(alice, ofAlice)).isEqualTo(bytes("from Alice"));
        assertThat(alice.decrypt(bob, ofBob)).isEqualTo(bytes("from Bob"));
        for (int i = 0; i < 4; i++) {
            assertThat(alice.decrypt(bob, bob.encrypt(alice, bytes("more")))).isEqualTo(bytes("more"));
            assertThat(bob.decrypt(alice, alice.encrypt(bob, bytes("more")))).isEqualTo(bytes("more"));
        }
        assertThat(bob.decrypt(alice, ofAlice)).isEqualTo(Reason.DUPLICATE);
    }

    @Test
    void givenMoreSessionsThanAreKept_whenOneMessageOfEachComesLate_thenBothEnginesReadThoseThatAreKept() {
        List<Ciphertext> sent = new ArrayList<>();
        for (int i = 0; i < 45; i++) {
            alice.meet(bob, i % 2 == 0 ? bob.party.bundle() : bob.party.bundleWithoutOneTimeKey(), i % 3 == 0);
            bob.decrypt(alice, alice.encrypt(bob, bytes("first")));
            sent.add(alice.encrypt(bob, bytes("late")));
        }
        assertThat(bob.record(alice).getPreviousSessionsCount()).isEqualTo(40);
        List<Object> outcomes = new ArrayList<>();
        Collections.shuffle(sent, new Random(45));
        // Those of sessions that were dropped come last: read, they would start these anew and drop others.
        for (Ciphertext late : sent) {
            outcomes.add(bob.decrypt(alice, late));
        }

        assertThat(outcomes.stream().filter(byte[].class::isInstance)).hasSizeGreaterThan(40);
    }

    @Test
    void givenManyTurns_whenAMessageOfEachChainComesLate_thenBothEnginesReadThoseOfTheLastFive() {
        talk();
        List<Ciphertext> held = new ArrayList<>();
        for (int turn = 0; turn < 8; turn++) {
            held.add(alice.encrypt(bob, bytes("held")));
            bob.decrypt(alice, alice.encrypt(bob, bytes("there")));
            alice.decrypt(bob, bob.encrypt(alice, bytes("back")));
        }
        List<Object> outcomes =
                held.stream().map(late -> bob.decrypt(alice, late)).toList();

        assertThat(outcomes.subList(3, 8)).allMatch(outcome -> Arrays.equals((byte[]) outcome, bytes("held")));
        assertThat(outcomes.subList(0, 3)).containsOnly(Reason.BAD_MAC);
    }

    @Test
    void givenJumpsUpToTheBound_whenSkippedMessagesCome_thenBothEnginesReadTheSameOnes() {
        talk();
        List<Ciphertext> sent = new ArrayList<>();
        for (int i = 0; i <= 3_300; i++) {
            sent.add(alice.party.encrypt(bob.party, "text " + i));
        }
        assertThat(bob.decrypt(alice, sent.get(2_000))).isEqualTo(bytes("text 2000"));
        assertThat(bob.decrypt(alice, sent.get(0))).isEqualTo(bytes("text 0"));
        assertThat(bob.decrypt(alice, sent.get(3_300))).isEqualTo(bytes("text 3300"));
        for (int i : new int[] {3_299, 1_300, 2_001, 1_299, 1, 2_000, 3_300, 1_999, 1_302}) {
            Object outcome = bob.decrypt(alice, sent.get(i));
            if (i < 1_299 || i == 2_000 || i == 3_300) {
                assertThat(outcome).as("message %d", i).isEqualTo(Reason.DUPLICATE);
            } else {
                assertThat(outcome).as("message %d", i).isEqualTo(bytes("text " + i));
            }
        }
    }

    @Test
    void givenNewIdentity_whenItsFirstMessageComes_thenBothEnginesDropTheOldSession() {
        talk();
        Ciphertext late = alice.encrypt(bob, bytes("late"));
        OracleDevice again = new OracleDevice(alice.party.jid.toString());
        again.meet(bob, bob.party.bundle(), true);
        Ciphertext first = again.encrypt(bob, bytes("new phone"));

        assertThat(bob.decrypt(again, first)).isEqualTo(bytes("new phone"));
        assertThat(bob.decrypt(again, late)).isEqualTo(Reason.BAD_MAC);
        assertThat(again.decrypt(bob, bob.encrypt(again, bytes("welcome")))).isEqualTo(bytes("welcome"));
    }

    @Test
    void givenMalformedMessages_whenRead_thenBothEnginesRefuseThemForTheSameReason() {
        alice.meet(bob, bob.party.bundle(), false);
        Ciphertext introduction = alice.encrypt(bob, bytes("hello"));
        bob.decrypt(alice, introduction);
        alice.decrypt(bob, bob.encrypt(alice, bytes("hello")));
        Ciphertext message = alice.encrypt(bob, bytes("again"));
        Random random = new Random(99);
        for (int i = 0; i < 600; i++) {
            bob.decrypt(alice, cut(random, i % 2 == 0 ? message : introduction));
        }
        assertThat(bob.decrypt(alice, message)).isEqualTo(bytes("again"));
    }

    private static Ciphertext cut(Random random, Ciphertext whole) {
        return new Ciphertext(whole.type(), Arrays.copyOf(whole.bytes(), random.nextInt(whole.bytes().length)));
    }

    /** Until each side has read a plain message of the other. */
    private void talk() {
        alice.meet(bob, bob.party.bundle(), true);
        for (int i = 0; i < 2; i++) {
            bob.decrypt(alice, alice.encrypt(bob, bytes("hello")));
            alice.decrypt(bob, bob.encrypt(alice, bytes("hello")));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
