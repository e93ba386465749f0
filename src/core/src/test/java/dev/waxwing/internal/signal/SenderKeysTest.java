package dev.waxwing.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.internal.signal.SenderKeyState.MessageKey;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import dev.waxwing.vectors.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class SenderKeysTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final Jid GROUP = Jid.group("120363000000000001");
    private static final Jid ALICE = Jid.parse("100000000000001:4@lid");

    private static final byte[] SIGNING = Curve25519.generate().privateKey();

    private final AccountStore alice = MemoryStore.create();
    private final AccountStore bob = MemoryStore.create();

    @Test
    void givenTheChainsOfThePeer_whenStepped_thenSeedsKeysAndVectorsAgree() {
        JsonNode vectors = Vectors.load("senderkey-derivation.json").get("vectors");
        SenderKeyState state = new SenderKeyState(1, 0, hex(vectors.get(0), "chainKey"), new byte[32], null);
        for (JsonNode vector : vectors) {
            assertThat(state.iteration()).isEqualTo(vector.get("iteration").intValue());
            assertThat(state.chainKey()).isEqualTo(hex(vector, "chainKey"));
            MessageKey key = state.next();
            assertThat(key.iv()).isEqualTo(hex(vector, "iv"));
            assertThat(key.cipherKey()).isEqualTo(hex(vector, "cipherKey"));
        }
        assertThat(vectors.size()).isEqualTo(8);
    }

    @Test
    void givenTheContainerOfThePeer_whenProcessed_thenItsFieldsAreThoseOfTheVector() throws Exception {
        JsonNode vector =
                Vectors.load("senderkey-container.json").get("vectors").get(0);
        Message message = Message.parseFrom(hex(vector, "messageProto"));
        byte[] bytes = message.getSenderKeyDistributionMessage()
                .getAxolotlSenderKeyDistributionMessage()
                .toByteArray();
        JsonNode expected = vector.get("distribution");

        SenderKeyState state = SenderKeyMessages.parseDistribution(bytes);

        assertThat(bytes).isEqualTo(hex(expected, "bytes"));
        assertThat(Integer.toUnsignedLong(state.id()))
                .isEqualTo(expected.get("id").longValue());
        assertThat(state.iteration()).isEqualTo(expected.get("iteration").intValue());
        assertThat(state.chainKey()).isEqualTo(hex(expected, "chainKey"));
        assertThat(PublicKeys.typed(state.signingKey())).isEqualTo(hex(expected, "signingKey33"));
        assertThat(SenderKeyMessages.distribution(state)).isEqualTo(bytes);
    }

    @TestFactory
    Stream<DynamicTest> givenRunsOfThePeer_whenReplayed_thenEveryStepEndsAsRecorded() {
        return StreamSupport.stream(
                        Vectors.load("senderkey-sessions.json").get("sessions").spliterator(), false)
                .map(session -> DynamicTest.dynamicTest(session.get("title").asText(), () -> replay(session)));
    }

    private void replay(JsonNode session) {
        AccountStore store = MemoryStore.create();
        process(store, ALICE, hex(session.get("distribution"), "bytes"));
        for (JsonNode step : session.get("steps")) {
            if (step.get("op").asText().equals("processDistribution")) {
                process(store, ALICE, hex(step, "bytes"));
                continue;
            }
            JsonNode message = session.get("messages").get(step.get("message").intValue());
            byte[] ciphertext = hex(step.has("ciphertext") ? step : message, "ciphertext");
            Optional<Reason> expected = expected(step);
            if (expected.isPresent()) {
                assertThat(refusal(store, ciphertext)).as("%s", step).isEqualTo(expected.get());
            } else {
                assertThat(decrypt(store, ALICE, ciphertext)).as("%s", step).isEqualTo(hex(message, "plaintext"));
            }
        }
    }

    private static Optional<Reason> expected(JsonNode step) {
        if (step.get("expect").asText().equals("ok")) {
            return Optional.empty();
        }
        String kind = step.get("kind").asText();
        return switch (kind) {
            case "duplicate", "older than distribution" -> Optional.of(Reason.DUPLICATE);
            case "bad signature" -> Optional.of(Reason.INVALID_SIGNATURE);
            case "state evicted (five states kept)" -> Optional.of(Reason.NO_SESSION);
            // Only that peer stops at 2000.
            case "jump of more than 2000 (this peer only; 25000 in libsignal)" -> Optional.empty();
            default -> throw new AssertionError("a failure of an unknown kind: " + kind);
        };
    }

    @Test
    void givenADistributedKey_whenMessagesCross_thenEachIsReadOnceInAnyOrder() {
        hand(alice, bob);
        byte[] first = encrypt(alice, "one");
        byte[] second = encrypt(alice, "two");

        assertThat(read(bob, second)).isEqualTo("two");
        assertThat(read(bob, first)).isEqualTo("one");
        assertThat(refusal(bob, first)).isEqualTo(Reason.DUPLICATE);
        assertThat(refusal(bob, second)).isEqualTo(Reason.DUPLICATE);
        assertThat(iteration(alice)).hasValue(2);
    }

    @Test
    void givenWorkThatThrows_whenRolledBack_thenTheNumberIsUsedForTheNextMessageOnly() {
        hand(alice, bob);
        assertThatThrownBy(() -> alice.transact(tx -> {
                    SenderKeys.in(tx).encrypt(GROUP, bytes("lost"));
                    throw new IllegalArgumentException("changed my mind");
                }))
                .hasMessage("changed my mind");

        assertThat(iteration(alice)).hasValue(0);
        assertThat(read(bob, encrypt(alice, "kept"))).isEqualTo("kept");
    }

    @Test
    void givenAMessageThatFails_whenTheGenuineOneComes_thenItIsStillReadable() {
        hand(alice, bob);
        byte[] genuine = encrypt(alice, "hello");
        byte[] tampered = genuine.clone();
        tampered[tampered.length - 1] ^= 1;

        assertThat(refusal(bob, tampered)).isEqualTo(Reason.INVALID_SIGNATURE);
        assertThat(read(bob, genuine)).isEqualTo("hello");
    }

    @Test
    void givenARotatedKey_whenALeaverListens_thenNothingIsReadable() {
        hand(alice, bob);
        within(alice, keys -> {
            keys.rotate(GROUP);
            return true;
        });

        assertThatThrownBy(() -> encrypt(alice, "secret")).isInstanceOf(IllegalStateException.class);
        within(alice, keys -> keys.distributionMessage(GROUP));
        assertThat(refusal(bob, encrypt(alice, "secret"))).isEqualTo(Reason.NO_SESSION);
    }

    @Test
    void givenALateJoiner_whenDistributedAgain_thenOnlyTheMessagesFromThenOnAreReadable() {
        hand(alice, bob);
        byte[] early = encrypt(alice, "early");
        AccountStore carol = MemoryStore.create();
        hand(alice, carol);
        byte[] late = encrypt(alice, "late");

        assertThat(refusal(carol, early)).isEqualTo(Reason.DUPLICATE);
        assertThat(read(carol, late)).isEqualTo("late");
        assertThat(read(bob, late)).isEqualTo("late");
        assertThat(read(bob, early)).isEqualTo("early");
    }

    @Test
    void givenAReplayedDistribution_whenProcessed_thenReadMessagesStayDuplicates() {
        byte[] distribution = hand(alice, bob);
        byte[] message = encrypt(alice, "once");
        assertThat(read(bob, message)).isEqualTo("once");

        process(bob, ALICE, distribution);

        assertThat(refusal(bob, message)).isEqualTo(Reason.DUPLICATE);
    }

    @Test
    void givenTheSameIdWithAnotherSigningKey_whenProcessed_thenItReplacesTheOldOne() {
        hand(alice, bob);
        byte[] old = encrypt(alice, "old");
        int id = SenderKeyMessages.parse(old).id();
        SenderKeyState other =
                new SenderKeyState(id, 0, new byte[32], Curve25519.generate().publicKey(), null);

        process(bob, ALICE, SenderKeyMessages.distribution(other));

        assertThat(refusal(bob, old)).isEqualTo(Reason.INVALID_SIGNATURE);
    }

    @Test
    void givenAKeyFiledUnderAnotherDeviceOfTheUser_whenTheMessageComes_thenTheSignatureDecides() {
        byte[] distribution = within(alice, keys -> keys.distributionMessage(GROUP));
        process(bob, ALICE, distribution);
        process(bob, ALICE.withDevice(9), within(MemoryStore.create(), keys -> keys.distributionMessage(GROUP)));
        byte[] first = encrypt(alice, "from the bare address");
        byte[] second = encrypt(alice, "from the device");

        assertThat(text(decrypt(bob, ALICE.withoutDevice(), first))).isEqualTo("from the bare address");
        assertThat(refusal(bob, first)).isEqualTo(Reason.DUPLICATE);
        assertThat(text(decrypt(bob, ALICE, second))).isEqualTo("from the device");
        assertThat(reason(() -> decrypt(bob, Jid.parse("100000000000001:4@s.whatsapp.net"), encrypt(alice, "x"))))
                .isEqualTo(Reason.NO_SESSION);
    }

    @Test
    void givenKeysUnderThePhoneNumber_whenMigrated_thenTheyAreFoundUnderTheLid() {
        Jid phone = Jid.parse("15551230001:4@s.whatsapp.net");
        Jid namesake = Jid.parse("1555123000:14@s.whatsapp.net");
        byte[] distribution = within(alice, keys -> keys.distributionMessage(GROUP));
        process(bob, phone, distribution);
        process(bob, namesake, distribution);

        boolean first = within(bob, keys -> keys.migrate(phone, ALICE));
        boolean again = within(bob, keys -> keys.migrate(phone, ALICE));

        assertThat(first).isTrue();
        assertThat(again).isFalse();
        assertThat(read(bob, encrypt(alice, "moved"))).isEqualTo("moved");
        assertThat(reason(() -> decrypt(bob, phone, encrypt(alice, "gone")))).isEqualTo(Reason.NO_SESSION);
        assertThat(text(decrypt(bob, namesake, encrypt(alice, "not theirs")))).isEqualTo("not theirs");
    }

    @Test
    void givenAJumpOverTheLimit_whenDecrypted_thenItIsRefusedAndTheChainStandsStill() {
        SenderKeyState near = distributed(0);
        SenderKeyState far = distributed(SenderKeyState.MAX_JUMP + 1);
        process(bob, ALICE, SenderKeyMessages.distribution(near));
        byte[] tooFar = SenderKeyMessages.seal(far, far.iteration(), new byte[16]);

        assertThat(refusal(bob, tooFar)).isEqualTo(Reason.FUTURE_MESSAGE);
        assertThat(reachable(near)).isTrue();
    }

    @Test
    void givenAKeyThatSomebodyElseHandedOut_whenItsMessageIsSaidToBeOfAnAuthor_thenItIsNotReadAsThatAuthors() {
        Jid mallory = Jid.lid("100000000000666").withDevice(2);
        SenderKeyState ofMallory = distributed(0);
        hand(alice, bob);
        process(bob, mallory, SenderKeyMessages.distribution(ofMallory));
        byte[] forged = SenderKeyMessages.seal(ofMallory, 0, new byte[16]);

        assertThat(refusal(bob, forged)).isEqualTo(Reason.NO_SESSION);
        assertThat(read(bob, encrypt(alice, "mine"))).isEqualTo("mine");
    }

    @Test
    void givenMessagesFarAhead_whenRead_thenTheTransactionSaysSoonThatOthersShouldGetTheirTurn() {
        hand(alice, bob);
        byte[] first = encrypt(alice, "one");
        for (int i = 0; i < 10_001; i++) {
            encrypt(alice, "skipped");
        }
        byte[] far = encrypt(alice, "far ahead");

        bob.transact(tx -> {
            SenderKeys keys = SenderKeys.in(tx);
            keys.decrypt(GROUP, ALICE, first);
            assertThat(keys.isSpent()).isFalse();
            keys.decrypt(GROUP, ALICE, far);
            assertThat(keys.isSpent()).isTrue();
            return true;
        });
    }

    @Test
    void givenALongJump_whenTaken_thenOnlyTheLast2000PassedStayReadable() {
        SenderKeyState state = distributed(0);
        state.advanceTo(3_000);
        state.advanceTo(3_010);

        assertThat(state.takeSkipped(1_008)).isNull();
        assertThat(state.takeSkipped(3_000)).isNull();
        assertThat(state.takeSkipped(1_009)).isNotNull();
        assertThat(state.takeSkipped(1_009)).isNull();
        assertThat(state.takeSkipped(3_009)).isNotNull();
        assertThat(state.iteration()).isEqualTo(3_011);
    }

    @Test
    void givenIterationsAboveTwoToThePowerOf31_whenCompared_thenTheyAreUnsigned() {
        SenderKeyState state = distributed(Integer.MAX_VALUE);

        assertThat(state.distance(Integer.MIN_VALUE)).isEqualTo(1);
        assertThat(state.distance(0)).isEqualTo(-(long) Integer.MAX_VALUE);
    }

    @Test
    void givenADistributionWithoutVersionByteAndType_whenProcessed_thenItIsTaken() {
        byte[] versioned = within(alice, keys -> keys.distributionMessage(GROUP));
        byte[] bare = Arrays.copyOfRange(versioned, 1, versioned.length);
        int typeAt = bare.length - 33;
        byte[] untyped = new byte[bare.length - 1];
        System.arraycopy(bare, 0, untyped, 0, typeAt);
        untyped[typeAt - 1] = 32;
        System.arraycopy(bare, typeAt + 1, untyped, typeAt, 32);

        process(bob, ALICE, untyped);

        assertThat(read(bob, encrypt(alice, "hello"))).isEqualTo("hello");
    }

    @Test
    void givenMalformedBytes_whenTaken_thenTheyAreRefusedByType() {
        byte[] distribution = hand(alice, bob);
        byte[] message = encrypt(alice, "hello");
        for (int length = 0; length < distribution.length; length++) {
            byte[] cut = Arrays.copyOf(distribution, length);
            assertThatThrownBy(() -> process(bob, ALICE, cut)).isInstanceOf(ProtocolViolationException.class);
        }
        for (int length = 0; length < message.length; length++) {
            byte[] cut = Arrays.copyOf(message, length);
            assertThatThrownBy(() -> decrypt(bob, ALICE, cut)).isInstanceOf(DecryptionFailedException.class);
        }
        byte[] newer = message.clone();
        newer[0] = 0x43;
        assertThat(refusal(bob, newer)).isEqualTo(Reason.INVALID_MESSAGE);
        assertThat(read(bob, message)).isEqualTo("hello");
    }

    @Test
    void givenACorruptRow_whenRead_thenTheStoreIsToBlame() {
        hand(alice, bob);
        String key = bob.transact(
                tx -> tx.scanPrefix(StoreTable.SENDER_KEYS, "", 1).get(0).key());
        byte[] row = bob.transact(tx -> tx.get(StoreTable.SENDER_KEYS, key));
        for (byte[] corrupt :
                new byte[][] {{}, Arrays.copyOf(row, row.length - 1), Arrays.copyOf(row, row.length + 1), {2, 1}, {1, 6}
                }) {
            bob.transact(tx -> {
                tx.put(StoreTable.SENDER_KEYS, key, corrupt);
                return true;
            });
            byte[] message = encrypt(alice, "hello");
            assertThatThrownBy(() -> decrypt(bob, ALICE, message)).isInstanceOf(StoreFailedException.class);
        }
    }

    @Test
    void givenKeys_whenPrinted_thenNoSecretShows() {
        SenderKeyState state = distributed(7);

        assertThat(state.toString()).isEqualTo("SenderKeyState[5 at 7]");
        assertThat(state.next().toString()).isEqualTo("MessageKey");
    }

    private boolean reachable(SenderKeyState state) {
        return bob.transact(tx ->
                SenderKeyRecord.decode(tx.get(
                                StoreTable.SENDER_KEYS, SignalAddress.of(ALICE).key() + '/' + GROUP))
                        .withId(state.id())
                        .stream()
                        .anyMatch(stored -> stored.iteration() == state.iteration()));
    }

    private static SenderKeyState distributed(int iteration) {
        return new SenderKeyState(
                5, iteration, new byte[32], Curve25519.fromPrivate(SIGNING).publicKey(), SIGNING);
    }

    private static OptionalInt iteration(AccountStore store) {
        return within(store, keys -> keys.ownIteration(GROUP));
    }

    private static byte[] hand(AccountStore from, AccountStore to) {
        byte[] distribution = within(from, keys -> keys.distributionMessage(GROUP));
        process(to, ALICE, distribution);
        return distribution;
    }

    private static void process(AccountStore store, Jid sender, byte[] distribution) {
        within(store, keys -> {
            keys.process(GROUP, sender, distribution);
            return true;
        });
    }

    private static byte[] encrypt(AccountStore store, String text) {
        return within(store, keys -> keys.encrypt(GROUP, bytes(text)));
    }

    private static byte[] decrypt(AccountStore store, Jid sender, byte[] message) {
        return within(store, keys -> keys.decrypt(GROUP, sender, message));
    }

    private static String read(AccountStore store, byte[] message) {
        return text(decrypt(store, ALICE, message));
    }

    private static Reason refusal(AccountStore store, byte[] message) {
        return reason(() -> decrypt(store, ALICE, message));
    }

    private static Reason reason(ThrowingCallable call) {
        return catchThrowableOfType(DecryptionFailedException.class, call).reason();
    }

    private static <T> T within(AccountStore store, Function<SenderKeys, T> work) {
        return store.transact(tx -> work.apply(SenderKeys.in(tx)));
    }

    private static byte[] hex(JsonNode node, String field) {
        return HEX.parseHex(node.get(field).asText());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
