package dev.waxwing.internal.signal.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.account.PreKeys;
import dev.waxwing.internal.account.SignedPreKey;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.internal.signal.Party;
import dev.waxwing.internal.signal.SignalAddress;
import dev.waxwing.internal.signal.Stores;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.session.SessionChainKey;
import dev.waxwing.proto.session.SessionRecordStructure;
import dev.waxwing.store.StoreTable;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Stores.Kind.class)
final class SignalSessionsTest {

    @Parameter
    private Stores.Kind kind;

    @TempDir
    private Path folder;

    private Stores stores;
    private Party alice;
    private Party bob;

    @BeforeEach
    void open() {
        stores = new Stores(kind, folder);
        alice = new Party("15551230001@s.whatsapp.net", stores.open());
        bob = new Party("100000000000002:7@lid", stores.open());
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void givenBundle_whenBothSidesTalk_thenPlaintextsArrive() {
        alice.meet(bob, bob.bundle());

        Ciphertext first = alice.encrypt(bob, "hello");
        assertThat(first.type()).isEqualTo(Ciphertext.Type.PKMSG);
        assertThat(first.bytes()[0]).isEqualTo((byte) 0x33);
        assertThat(bob.decrypt(alice, first)).isEqualTo("hello");

        Ciphertext reply = bob.encrypt(alice, "hi");
        assertThat(reply.type()).isEqualTo(Ciphertext.Type.MSG);
        assertThat(alice.decrypt(bob, reply)).isEqualTo("hi");
        assertThat(alice.encrypt(bob, "again").type()).isEqualTo(Ciphertext.Type.MSG);
        assertThat(alice.changed).isEmpty();
        assertThat(bob.changed).isEmpty();
    }

    @Test
    void givenBundleWithoutOneTimeKey_whenBothSidesTalk_thenPlaintextsArrive() {
        alice.meet(bob, bob.bundleWithoutOneTimeKey());

        assertThat(bob.decrypt(alice, alice.encrypt(bob, "hello"))).isEqualTo("hello");
        assertThat(alice.decrypt(bob, bob.encrypt(alice, "hi"))).isEqualTo("hi");
    }

    @Test
    void givenOneTimeKeyOfIdZero_whenSessionIsBuilt_thenItIsDoneWithoutThatKey() {
        PreKeyBundle bundle = bob.bundleWithoutOneTimeKey();
        alice.meet(
                bob,
                new PreKeyBundle(
                        bundle.registrationId(),
                        bundle.identityKey(),
                        bundle.signedPreKeyId(),
                        bundle.signedPreKey(),
                        bundle.signedPreKeySignature(),
                        OptionalInt.of(0),
                        Optional.of(Curve25519.generate().publicKey()),
                        Optional.empty()));

        assertThat(bob.decrypt(alice, alice.encrypt(bob, "hello"))).isEqualTo("hello");
    }

    @Test
    void givenNoSession_whenAsked_thenThereIsNone() {
        assertThat(alice.sessions.hasSession(bob.jid)).isFalse();
        assertThat(alice.<Boolean>with(bob, tx -> tx.hasSession(bob.jid))).isFalse();
        assertThat(alice.<OptionalInt>with(bob, tx -> tx.remoteRegistrationId(bob.jid)))
                .isEmpty();
        assertThat(alice.<Optional<byte[]>>with(bob, tx -> tx.baseKey(bob.jid))).isEmpty();
        assertThat(alice.<Optional<byte[]>>with(bob, tx -> tx.identity(bob.jid)))
                .isEmpty();
        assertThatIllegalStateException().isThrownBy(() -> alice.encrypt(bob, "hello"));
    }

    @Test
    void givenSession_whenAsked_thenItsFactsAreAnswered() {
        alice.greet(bob);

        assertThat(alice.sessions.hasSession(bob.jid)).isTrue();
        assertThat(alice.sessions.withoutSession(List.of(alice.jid, bob.jid))).containsExactly(alice.jid);
        assertThat(alice.<OptionalInt>with(bob, tx -> tx.remoteRegistrationId(bob.jid)))
                .hasValue(bob.credentials.loadOrCreate().registrationId());
        assertThat(bob.<OptionalInt>with(alice, tx -> tx.remoteRegistrationId(alice.jid)))
                .hasValue(alice.credentials.loadOrCreate().registrationId());
        assertThat(alice.<Optional<byte[]>>with(bob, tx -> tx.identity(bob.jid)))
                .contains(bob.identity().publicKey());
        assertThat(alice.<Optional<byte[]>>with(bob, tx -> tx.baseKey(bob.jid)))
                .contains(bob.<Optional<byte[]>>with(alice, tx -> tx.baseKey(alice.jid))
                        .orElseThrow());
    }

    @Test
    void givenRegistrationIdOf32Bits_whenSessionIsBuilt_thenItIsKeptAndTheSessionWorks() {
        PreKeyBundle bundle = bob.bundle();
        alice.meet(
                bob,
                new PreKeyBundle(
                        0xFFFF_FFFE,
                        bundle.identityKey(),
                        bundle.signedPreKeyId(),
                        bundle.signedPreKey(),
                        bundle.signedPreKeySignature(),
                        bundle.preKeyId(),
                        bundle.preKey(),
                        bundle.deviceIdentity()));

        assertThat(bob.decrypt(alice, alice.encrypt(bob, "hello"))).isEqualTo("hello");
        assertThat(alice.<OptionalInt>with(bob, tx -> tx.remoteRegistrationId(bob.jid)))
                .hasValue(0xFFFF_FFFE);
    }

    @Test
    void givenWorkThatThrows_whenRolledBack_thenTheRatchetStandsWhereItStood() {
        alice.greet(bob);
        byte[] before = alice.sessionRow(bob);
        byte[] beforeOfBob = bob.sessionRow(alice);
        Ciphertext message = alice.encrypt(bob, "kept");

        assertThatThrownBy(() -> alice.with(bob, tx -> {
                    tx.encrypt(bob.jid, new byte[] {1});
                    throw new IllegalStateException("stop");
                }))
                .hasMessage("stop");
        assertThatThrownBy(() -> bob.with(alice, tx -> {
                    tx.decrypt(alice.jid, message);
                    throw new IllegalStateException("stop");
                }))
                .hasMessage("stop");

        assertThat(alice.sessionRow(bob)).isNotEqualTo(before);
        assertThat(bob.sessionRow(alice)).isEqualTo(beforeOfBob);
        assertThat(bob.decrypt(alice, message)).isEqualTo("kept");
        assertThat(bob.decrypt(alice, alice.encrypt(bob, "next"))).isEqualTo("next");
    }

    @Test
    void givenWorkThatThrows_whenASessionWasBuilt_thenThereIsNone() {
        PreKeyBundle bundle = bob.bundle();

        assertThatThrownBy(() -> alice.with(bob, tx -> {
                    tx.buildSession(bob.jid, bundle);
                    throw new IllegalStateException("stop");
                }))
                .hasMessage("stop");

        assertThat(alice.sessions.hasSession(bob.jid)).isFalse();
    }

    @Test
    void givenOneTransaction_whenChainsStepAndTurnInIt_thenEachGoesOnFromTheOneBefore() {
        alice.greet(bob);
        Ciphertext turn = bob.encrypt(alice, "turn");
        Ciphertext next = bob.encrypt(alice, "next");

        List<Ciphertext> sent = alice.with(bob, tx -> {
            Ciphertext before = tx.encrypt(bob.jid, bytes("before"));
            assertThat(tx.decrypt(bob.jid, turn)).isEqualTo(bytes("turn"));
            Ciphertext between = tx.encrypt(bob.jid, bytes("between"));
            assertThat(tx.decrypt(bob.jid, next)).isEqualTo(bytes("next"));
            return List.of(before, between, tx.encrypt(bob.jid, bytes("after")));
        });

        assertThat(sent.stream().map(message -> bob.decrypt(alice, message)))
                .containsExactly("before", "between", "after");
        assertThat(reasonOf(() -> alice.decrypt(bob, next))).isEqualTo(Reason.DUPLICATE);
        assertThat(alice.decrypt(bob, bob.encrypt(alice, "reply"))).isEqualTo("reply");
    }

    @Test
    void givenFailureInsideTheWork_whenItGoesOn_thenNothingOfTheFailedStepIsWritten() {
        alice.meet(bob, bob.bundle());
        Ciphertext message = alice.encrypt(bob, "hello");

        String text = bob.with(alice, tx -> {
            assertThat(reasonOf(() -> tx.decrypt(alice.jid, altered(message)))).isEqualTo(Reason.BAD_MAC);
            assertThat(tx.hasSession(alice.jid)).isFalse();
            assertThat(tx.identity(alice.jid)).isEmpty();
            return new String(tx.decrypt(alice.jid, message), UTF_8);
        });

        assertThat(text).isEqualTo("hello");
    }

    @Test
    void givenMessageReadBefore_whenReadAgain_thenDuplicate() {
        alice.meet(bob, bob.bundle());
        Ciphertext first = alice.encrypt(bob, "one");
        bob.decrypt(alice, first);
        alice.decrypt(bob, bob.encrypt(alice, "reply"));
        Ciphertext second = alice.encrypt(bob, "two");
        bob.decrypt(alice, second);

        assertThat(reasonOf(() -> bob.decrypt(alice, first))).isEqualTo(Reason.DUPLICATE);
        assertThat(reasonOf(() -> bob.decrypt(alice, second))).isEqualTo(Reason.DUPLICATE);
    }

    @Test
    void givenAlteredMessage_whenRead_thenBadMacAndTheGenuineOneStillOpens() {
        alice.greet(bob);
        Ciphertext message = alice.encrypt(bob, "hello");

        assertThat(reasonOf(() -> bob.decrypt(alice, altered(message)))).isEqualTo(Reason.BAD_MAC);
        assertThat(bob.decrypt(alice, message)).isEqualTo("hello");
    }

    @Test
    void givenNoSession_whenMessageComes_thenNoSession() {
        alice.greet(bob);
        Ciphertext message = alice.encrypt(bob, "hello");
        bob.with(alice, tx -> {
            tx.deleteSession(alice.jid);
            return true;
        });

        assertThat(reasonOf(() -> bob.decrypt(alice, message))).isEqualTo(Reason.NO_SESSION);
    }

    @Test
    void givenOneTimeKeyUsedUp_whenAnotherSessionNamesIt_thenInvalidKeyId() {
        PreKeyBundle bundle = bob.bundle();
        Party carol = new Party("15551230003@s.whatsapp.net", stores.open());
        alice.meet(bob, bundle);
        carol.meet(bob, bundle);
        bob.decrypt(alice, alice.encrypt(bob, "first"));

        assertThat(reasonOf(() -> bob.decrypt(carol, carol.encrypt(bob, "second"))))
                .isEqualTo(Reason.INVALID_KEY_ID);
    }

    @Test
    void givenMoreMessagesOfTheSameStart_whenRead_thenTheOneTimeKeyIsNotNeededAgain() {
        alice.meet(bob, bob.bundle());
        Ciphertext first = alice.encrypt(bob, "one");
        Ciphertext second = alice.encrypt(bob, "two");

        assertThat(second.type()).isEqualTo(Ciphertext.Type.PKMSG);
        assertThat(bob.decrypt(alice, second)).isEqualTo("two");
        assertThat(bob.decrypt(alice, first)).isEqualTo("one");
    }

    @Test
    void givenSignedPreKeyRotated_whenLateMessageNamesTheOldOne_thenItIsRead() {
        alice.meet(bob, bob.bundle());
        Ciphertext late = alice.encrypt(bob, "late");
        SignedPreKey staged = bob.preKeys.stageSignedPreKey();
        assertThat(bob.preKeys.promoteSignedPreKey(Instant.EPOCH).signedPreKey())
                .isEqualTo(staged);
        for (int more = 1; more < PreKeys.KEPT_SIGNED; more++) {
            bob.preKeys.stageSignedPreKey();
            bob.preKeys.promoteSignedPreKey(Instant.EPOCH);
        }

        assertThat(bob.decrypt(alice, late)).isEqualTo("late");
    }

    @Test
    void givenASignedPreKeyLongGone_whenAMessageNamesIt_thenItIsRefused() {
        alice.meet(bob, bob.bundle());
        Ciphertext tooLate = alice.encrypt(bob, "too late");
        for (int more = 0; more <= PreKeys.KEPT_SIGNED; more++) {
            bob.preKeys.stageSignedPreKey();
            bob.preKeys.promoteSignedPreKey(Instant.EPOCH);
        }

        assertThat(reasonOf(() -> bob.decrypt(alice, tooLate))).isEqualTo(Reason.INVALID_KEY_ID);
    }

    @Test
    void givenSignedPreKeyStaged_whenMessageNamesIt_thenItIsRead() {
        SignedPreKey staged = bob.preKeys.stageSignedPreKey();
        PreKeyBundle bundle = bob.bundleWithoutOneTimeKey();
        alice.meet(
                bob,
                new PreKeyBundle(
                        bundle.registrationId(),
                        bundle.identityKey(),
                        staged.id(),
                        staged.keyPair().publicKey(),
                        staged.signature(),
                        OptionalInt.empty(),
                        Optional.empty(),
                        Optional.empty()));

        assertThat(bob.decrypt(alice, alice.encrypt(bob, "early"))).isEqualTo("early");
    }

    @Test
    void givenSignedPreKeyUnknown_whenMessageNamesIt_thenInvalidKeyId() {
        alice.meet(bob, bob.bundle());
        Ciphertext message = alice.encrypt(bob, "hello");
        bob.credentials.update(own -> own.toBuilder()
                .signedPreKey(SignedPreKey.create(500, own.identityKey()))
                .build());

        assertThat(reasonOf(() -> bob.decrypt(alice, message))).isEqualTo(Reason.INVALID_KEY_ID);
    }

    @Test
    void givenUnknownVersions_whenRead_thenInvalidMessage() {
        alice.greet(bob);
        Ciphertext message = alice.encrypt(bob, "hello");

        assertThat(reasonOf(() -> bob.decrypt(alice, withVersion(message, 0x43))))
                .isEqualTo(Reason.INVALID_MESSAGE);
        assertThat(reasonOf(() -> bob.decrypt(alice, withVersion(message, 0x23))))
                .isEqualTo(Reason.INVALID_MESSAGE);
        // The low half only says what the sender could do; the MAC covers it.
        assertThat(reasonOf(() -> bob.decrypt(alice, withVersion(message, 0x34))))
                .isEqualTo(Reason.BAD_MAC);
        assertThat(bob.decrypt(alice, message)).isEqualTo("hello");
    }

    @Test
    void givenGapOfAChain_whenWithinReach_thenReadAndOneFurtherIsFuture() throws Exception {
        alice.greet(bob);
        Ciphertext skipped = alice.encrypt(bob, "skipped");
        Ciphertext near = skip(ReceiverChain.MAX_JUMP - 1);
        assertThat(reasonOf(() -> bob.decrypt(alice, altered(near)))).isEqualTo(Reason.BAD_MAC);
        assertThat(bob.decrypt(alice, near)).isEqualTo("far");
        assertThat(reasonOf(() -> bob.decrypt(alice, near))).isEqualTo(Reason.DUPLICATE);
        assertThat(bob.decrypt(alice, skipped)).isEqualTo("skipped");

        Ciphertext far = skip(ReceiverChain.MAX_JUMP + 1);
        assertThat(reasonOf(() -> bob.decrypt(alice, far))).isEqualTo(Reason.FUTURE_MESSAGE);
        alice.meet(bob, bob.bundle());
        Ciphertext farStart = skip(ReceiverChain.MAX_JUMP + 1);
        assertThat(reasonOf(() -> bob.decrypt(alice, farStart))).isEqualTo(Reason.FUTURE_MESSAGE);
    }

    @Test
    void givenSeveralSessions_whenAMessageFarDownAnyOfThemComes_thenItIsFoundByItsMac() throws Exception {
        alice.greet(bob);
        Ciphertext ofTheFirst = skip(500);
        alice.meet(bob, bob.bundle());
        Ciphertext startOfTheSecond = skip(300);
        Ciphertext moreOfTheSecond = skip(300);

        assertThat(reasonOf(() -> bob.decrypt(alice, altered(startOfTheSecond))))
                .isEqualTo(Reason.BAD_MAC);
        assertThat(bob.decrypt(alice, startOfTheSecond)).isEqualTo("far");
        assertThat(reasonOf(() -> bob.decrypt(alice, altered(ofTheFirst)))).isEqualTo(Reason.BAD_MAC);
        assertThat(bob.decrypt(alice, ofTheFirst)).isEqualTo("far");
        assertThat(reasonOf(() -> bob.decrypt(alice, altered(moreOfTheSecond)))).isEqualTo(Reason.BAD_MAC);
        assertThat(bob.decrypt(alice, moreOfTheSecond)).isEqualTo("far");
        assertThat(reasonOf(() -> bob.decrypt(alice, ofTheFirst))).isEqualTo(Reason.DUPLICATE);
        assertThat(alice.decrypt(bob, bob.encrypt(alice, "reply"))).isEqualTo("reply");
        assertThat(bob.decrypt(alice, skip(400))).isEqualTo("far");
    }

    /** Alice sends a message after so many others that nobody saw. */
    private Ciphertext skip(int messages) throws Exception {
        SessionRecordStructure record = SessionRecordStructure.parseFrom(alice.sessionRow(bob));
        SessionChainKey chain = record.getCurrentSession().getSenderChain().getChainKey();
        SessionRecordStructure.Builder skipped = record.toBuilder();
        skipped.getCurrentSessionBuilder()
                .getSenderChainBuilder()
                .setChainKey(ChainKey.of(chain).ahead(messages).stored());
        alice.store.transact(tx -> {
            tx.put(
                    StoreTable.SESSIONS,
                    SignalAddress.of(bob.jid).key(),
                    skipped.build().toByteArray());
            return true;
        });
        return alice.encrypt(bob, "far");
    }

    @Test
    void givenAnyBytes_whenRead_thenRefusedInOrderAndTheStateIsUntouched() {
        alice.meet(bob, bob.bundle());
        Ciphertext preKeyMessage = alice.encrypt(bob, "first");
        Party carol = new Party("15551230003@s.whatsapp.net", stores.open());
        carol.greet(bob);
        Ciphertext message = carol.encrypt(bob, "hello");
        byte[] before = bob.sessionRow(carol);
        Random random = new Random(5);

        for (int i = 0; i < 300; i++) {
            assertThat(reasonOf(() -> bob.decrypt(carol, mutated(message, random))))
                    .isNotNull();
            // Its outer half has no MAC: another registration id, for one, changes nothing.
            assertThat(tried(alice, mutated(preKeyMessage, random))).isIn("first", "refused");
        }

        assertThat(bob.sessionRow(carol)).isEqualTo(before);
        assertThat(bob.decrypt(carol, message)).isEqualTo("hello");
        assertThat(bob.decrypt(alice, preKeyMessage)).isEqualTo("first");
    }

    /** What Bob would read, without that he does. */
    private String tried(Party sender, Ciphertext ciphertext) {
        IllegalStateException undone = catchThrowableOfType(
                IllegalStateException.class,
                () -> bob.with(sender, tx -> {
                    try {
                        throw new IllegalStateException(new String(tx.decrypt(sender.jid, ciphertext), UTF_8));
                    } catch (DecryptionFailedException e) {
                        throw new IllegalStateException("refused", e);
                    }
                }));
        return undone.getMessage();
    }

    @Test
    void givenCorruptSession_whenUsed_thenSaidSo() {
        alice.greet(bob);
        Ciphertext message = bob.encrypt(alice, "hello");
        alice.store.transact(tx -> {
            tx.put(StoreTable.SESSIONS, SignalAddress.of(bob.jid).key(), new byte[] {(byte) 0xff, 1, 2});
            return true;
        });

        assertThat(reasonOf(() -> alice.decrypt(bob, message))).isEqualTo(Reason.INVALID_SESSION);
        assertThatThrownBy(() -> alice.encrypt(bob, "hello")).isInstanceOf(StoreFailedException.class);
    }

    @Test
    void givenWrongSignatureOfBundle_whenSessionIsBuilt_thenRefused() {
        PreKeyBundle bundle = bob.bundle();
        byte[] signature = bundle.signedPreKeySignature().clone();
        signature[10] ^= 1;

        assertThatThrownBy(() -> alice.meet(
                        bob,
                        new PreKeyBundle(
                                bundle.registrationId(),
                                bundle.identityKey(),
                                bundle.signedPreKeyId(),
                                bundle.signedPreKey(),
                                signature,
                                bundle.preKeyId(),
                                bundle.preKey(),
                                bundle.deviceIdentity())))
                .isInstanceOf(PeerKeyRejectedException.class);
        assertThat(alice.sessions.hasSession(bob.jid)).isFalse();
    }

    @Test
    void givenPublicKeysWithTypeByte_whenBundleIsMade_thenItIsTheSame() {
        PreKeyBundle bundle = bob.bundle();
        PreKeyBundle typed = new PreKeyBundle(
                bundle.registrationId(),
                PublicKeys.typed(bundle.identityKey()),
                bundle.signedPreKeyId(),
                PublicKeys.typed(bundle.signedPreKey()),
                bundle.signedPreKeySignature(),
                bundle.preKeyId(),
                bundle.preKey().map(PublicKeys::typed),
                Optional.empty());

        alice.meet(bob, typed);

        assertThat(bob.decrypt(alice, alice.encrypt(bob, "hello"))).isEqualTo("hello");
    }

    @Test
    void givenNewIdentityInPreKeyMessage_whenRead_thenAcceptedAndReportedAndTheOldSessionIsGone() {
        alice.greet(bob);
        Ciphertext late = alice.encrypt(bob, "late");
        Party again = new Party(alice.jid.toString(), stores.open());
        again.meet(bob, bob.bundle());
        Ciphertext first = again.encrypt(bob, "new phone");

        assertThat(reasonOf(() -> bob.decrypt(alice, altered(first)))).isEqualTo(Reason.BAD_MAC);
        assertThat(bob.changed).isEmpty();
        assertThat(bob.<Optional<byte[]>>with(alice, tx -> tx.identity(alice.jid)))
                .contains(alice.identity().publicKey());

        assertThat(bob.decrypt(alice, first)).isEqualTo("new phone");
        assertThat(bob.changed).containsExactly(alice.jid);
        assertThat(reasonOf(() -> bob.decrypt(alice, late))).isEqualTo(Reason.BAD_MAC);
        assertThat(bob.<Optional<byte[]>>with(alice, tx -> tx.identity(alice.jid)))
                .contains(again.identity().publicKey());
        assertThat(again.decrypt(bob, bob.encrypt(alice, "welcome"))).isEqualTo("welcome");
    }

    @Test
    void givenNewIdentityInBundle_whenSessionIsBuilt_thenReportedOnceCommitted() {
        alice.greet(bob);
        Party again = new Party(bob.jid.toString(), stores.open());
        PreKeyBundle bundle = again.bundle();

        assertThatThrownBy(() -> alice.with(bob, tx -> {
                    tx.buildSession(bob.jid, bundle);
                    throw new IllegalStateException("stop");
                }))
                .hasMessage("stop");
        assertThat(alice.changed).isEmpty();

        alice.meet(again, bundle);
        assertThat(alice.changed).containsExactly(bob.jid);
        assertThat(again.decrypt(alice, alice.encrypt(bob, "hello"))).isEqualTo("hello");
    }

    @Test
    void givenUserOfSeveralDevices_whenMigrated_thenAllAreFiledUnderTheLidAndWhatWasThereStays() {
        Jid phone = Jid.phone("15551230002");
        Jid lid = Jid.lid("100000000000002");
        Party first = new Party("15551230002@s.whatsapp.net", stores.open());
        Party second = new Party("15551230002:12@s.whatsapp.net", stores.open());
        Party stranger = new Party("155512300021:12@s.whatsapp.net", stores.open());
        alice.greet(first);
        alice.greet(second, second.bundleSignedBy(first));
        alice.greet(stranger);
        alice.sessions.inTransaction(Set.of(lid), tx -> {
            tx.store().put(StoreTable.SESSIONS, "100000000000002_1.12", new byte[] {42});
            return true;
        });

        boolean moved = alice.sessions.inTransaction(List.of(phone, lid), tx -> tx.migrate(phone, lid));

        assertThat(moved).isTrue();
        assertThat(alice.sessions.hasSession(first.jid)).isFalse();
        assertThat(alice.sessions.hasSession(second.jid)).isFalse();
        assertThat(alice.sessions.hasSession(stranger.jid)).isTrue();
        alice.store.transact(tx -> {
            assertThat(tx.get(StoreTable.SESSIONS, "100000000000002_1.12")).isEqualTo(new byte[] {42});
            assertThat(tx.get(StoreTable.IDENTITIES, "100000000000002_1.12"))
                    .isEqualTo(second.identity().publicKey());
            return true;
        });
        Party underLid = new Party(lid.toString(), first.store);
        assertThat(alice.decrypt(underLid, first.encrypt(alice, "moved"))).isEqualTo("moved");
        assertThat(alice.sessions.<Boolean>inTransaction(List.of(phone, lid), tx -> tx.migrate(phone, lid)))
                .isFalse();
    }

    @Test
    void givenPeersNotNamed_whenTheirStateIsChanged_thenRefused() {
        alice.greet(bob);

        alice.with(alice, tx -> {
            assertThatIllegalArgumentException().isThrownBy(() -> tx.encrypt(bob.jid, new byte[1]));
            assertThatIllegalArgumentException().isThrownBy(() -> tx.deleteSession(bob.jid));
            assertThatIllegalArgumentException().isThrownBy(() -> tx.saveIdentity(bob.jid, new byte[32]));
            assertThat(tx.hasSession(bob.jid)).isTrue();
            return true;
        });
    }

    @Test
    void givenUser_whenDeleted_thenSessionsAndIdentitiesOfAllDevicesAreGone() {
        alice.greet(bob);
        Party phone = new Party("100000000000002@lid", stores.open());
        alice.greet(phone);

        alice.with(bob, tx -> {
            tx.deleteUser(bob.jid);
            return true;
        });

        assertThat(alice.sessions.withoutSession(List.of(bob.jid, phone.jid))).containsExactly(bob.jid, phone.jid);
        assertThat(alice.<Optional<byte[]>>with(bob, tx -> tx.identity(phone.jid)))
                .isEmpty();
    }

    @Test
    void givenTwoThreadsOnOnePeer_whenBothEncrypt_thenNoCounterIsUsedTwice() throws Exception {
        alice.greet(bob);
        Callable<List<Ciphertext>> sender = () -> {
            List<Ciphertext> sent = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
                sent.add(alice.encrypt(bob, "message"));
            }
            return sent;
        };

        Set<String> read = new HashSet<>();
        for (List<Ciphertext> sent : together(sender, sender)) {
            for (Ciphertext ciphertext : sent) {
                assertThat(bob.decrypt(alice, ciphertext)).isEqualTo("message");
                read.add(HexFormat.of().formatHex(ciphertext.bytes()));
            }
        }
        assertThat(read).hasSize(50);
    }

    @Test
    void givenTwoThreadsOnPeersInOppositeOrder_whenBothWork_thenBothEnd() throws Exception {
        Party carol = new Party("15551230003@s.whatsapp.net", stores.open());
        alice.greet(bob);
        alice.greet(carol);

        List<List<Ciphertext>> sent =
                together(() -> alternately(List.of(bob, carol)), () -> alternately(List.of(carol, bob)));

        for (int i = 0; i < 40; i++) {
            assertThat(bob.decrypt(alice, sent.get(0).get(2 * i))).isEqualTo("x");
            assertThat(carol.decrypt(alice, sent.get(0).get(2 * i + 1))).isEqualTo("x");
            assertThat(carol.decrypt(alice, sent.get(1).get(2 * i))).isEqualTo("x");
            assertThat(bob.decrypt(alice, sent.get(1).get(2 * i + 1))).isEqualTo("x");
        }
    }

    private List<Ciphertext> alternately(List<Party> peers) {
        List<Jid> jids = peers.stream().map(peer -> peer.jid).toList();
        List<Ciphertext> sent = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            sent.addAll(alice.sessions.inTransaction(
                    jids,
                    tx -> jids.stream()
                            .map(jid -> tx.encrypt(jid, new byte[] {'x'}))
                            .toList()));
        }
        return sent;
    }

    private static <T> List<T> together(Callable<T> one, Callable<T> other) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<T> answers = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(List.of(one, other), 60, TimeUnit.SECONDS)) {
                answers.add(future.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }

    private static Reason reasonOf(ThrowingCallable call) {
        DecryptionFailedException failure = catchThrowableOfType(DecryptionFailedException.class, call);
        assertThat(failure).isNotNull();
        return failure.reason();
    }

    private static Ciphertext altered(Ciphertext message) {
        byte[] bytes = message.bytes().clone();
        // Of a pre-key message the last field is two ids, so count from the end of the inner message in either.
        bytes[bytes.length - (message.type() == Ciphertext.Type.PKMSG ? 8 : 1)] ^= 1;
        return new Ciphertext(message.type(), bytes);
    }

    private static Ciphertext withVersion(Ciphertext message, int version) {
        byte[] bytes = message.bytes().clone();
        bytes[0] = (byte) version;
        return new Ciphertext(message.type(), bytes);
    }

    private static Ciphertext mutated(Ciphertext message, Random random) {
        byte[] bytes = message.bytes().clone();
        if (random.nextInt(4) == 0) {
            bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
        } else {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return new Ciphertext(message.type(), bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
