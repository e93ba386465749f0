package dev.waxwing.internal.signal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.internal.signal.Party;
import dev.waxwing.internal.signal.SignalAddress;
import dev.waxwing.internal.signal.engine.ChainKey.MessageKeys;
import dev.waxwing.proto.session.SessionChain;
import dev.waxwing.proto.session.SessionRecordStructure;
import dev.waxwing.proto.session.SessionStructure;
import dev.waxwing.proto.signal.PreKeySignalMessage;
import dev.waxwing.proto.signal.SignalMessage;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import java.util.Arrays;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Messages and records that no peer of today makes: refused in order, and nothing changes. */
final class SessionMessagesTest {

    private static final byte VERSION = 0x33;

    private final Party alice = new Party("15551230001@s.whatsapp.net", MemoryStore.create());
    private final Party bob = new Party("100000000000002:7@lid", MemoryStore.create());

    @Test
    void N22_givenMessageThatNamesAPostQuantumKey_whenRead_thenRefusedAsOneThatNobodyPublished() throws Exception {
        alice.meet(bob, bob.bundle());
        PreKeySignalMessage outer = introduction(alice.encrypt(bob, "hello"));

        assertThat(reasonOf(outer.toBuilder()
                        .setKyberPreKeyId(1)
                        .setKyberCiphertext(ByteString.copyFrom(new byte[1_569]))
                        .build()))
                .isEqualTo(Reason.INVALID_KEY_ID);
        assertThat(bob.sessionRow(alice)).isNull();
        assertThat(bob.decrypt(
                        alice,
                        introduction(outer.toBuilder().setKyberPreKeyId(1).build())))
                .isEqualTo("hello");
    }

    @Test
    void N22_givenFieldsThatNobodyKnows_whenRead_thenTheMessageIsReadAllTheSame() throws Exception {
        alice.meet(bob, bob.bundle());
        PreKeySignalMessage outer = introduction(alice.encrypt(bob, "hello"));
        byte[] unknown = {(byte) 0xa2, 0x06, 2, 7, 7};

        assertThat(bob.decrypt(
                        alice,
                        new Ciphertext(
                                Ciphertext.Type.PKMSG,
                                Bytes.concat(new byte[] {VERSION}, outer.toByteArray(), unknown))))
                .isEqualTo("hello");
    }

    @Test
    void N22_givenSessionOfAnotherKind_whenUsed_thenSaidSoAndItStaysAsItIs() throws Exception {
        alice.greet(bob);
        Ciphertext message = bob.encrypt(alice, "hello");
        SessionRecordStructure.Builder record = SessionRecordStructure.parseFrom(alice.sessionRow(bob)).toBuilder();
        record.getCurrentSessionBuilder().setSessionVersion(4);
        byte[] other = record.build().toByteArray();
        putSession(alice, bob, other);

        Assertions.assertThatThrownBy(() -> alice.encrypt(bob, "hello")).isInstanceOf(StoreFailedException.class);
        assertThat(reasonOf(alice, bob, message)).isEqualTo(Reason.INVALID_SESSION);
        assertThat(alice.sessionRow(bob)).isEqualTo(other);
        alice.meet(bob, bob.bundle());
        assertThat(bob.decrypt(alice, alice.encrypt(bob, "anew"))).isEqualTo("anew");
    }

    @Test
    void L4_givenRowWithoutSession_whenAsked_thenStoreFailed() {
        putSession(alice, bob, new byte[0]);

        Assertions.assertThatThrownBy(() -> alice.with(bob, tx -> tx.baseKey(bob.jid)))
                .isInstanceOf(StoreFailedException.class);
        Assertions.assertThatThrownBy(() -> alice.with(bob, tx -> tx.remoteRegistrationId(bob.jid)))
                .isInstanceOf(StoreFailedException.class);
        Assertions.assertThatThrownBy(() -> alice.encrypt(bob, "hello")).isInstanceOf(StoreFailedException.class);
    }

    @Test
    void givenPartsMissingOrKeysOfAnotherForm_whenRead_thenRefusedForThat() throws Exception {
        alice.meet(bob, bob.bundle());
        PreKeySignalMessage outer = introduction(alice.encrypt(bob, "hello"));
        ByteString shortKey = outer.getBaseKey().substring(0, 32);
        ByteString lowOrder = ByteString.copyFrom(Bytes.concat(new byte[] {5}, new byte[32]));

        assertThat(reasonOf(outer.toBuilder().clearSignedPreKeyId().build())).isEqualTo(Reason.INVALID_MESSAGE);
        assertThat(reasonOf(outer.toBuilder().clearBaseKey().build())).isEqualTo(Reason.INVALID_MESSAGE);
        assertThat(reasonOf(outer.toBuilder().clearIdentityKey().build())).isEqualTo(Reason.INVALID_MESSAGE);
        assertThat(reasonOf(outer.toBuilder().clearMessage().build())).isEqualTo(Reason.INVALID_MESSAGE);
        assertThat(reasonOf(outer.toBuilder().setBaseKey(shortKey).build())).isEqualTo(Reason.INVALID_KEY);
        assertThat(reasonOf(outer.toBuilder().setIdentityKey(shortKey).build())).isEqualTo(Reason.INVALID_KEY);
        assertThat(reasonOf(outer.toBuilder().setBaseKey(lowOrder).build())).isEqualTo(Reason.INVALID_KEY);
        assertThat(reasonOf(outer.toBuilder().setPreKeyId(-1).build())).isEqualTo(Reason.INVALID_KEY_ID);
        assertThat(reasonOf(outer.toBuilder().setSignedPreKeyId(-1).build())).isEqualTo(Reason.INVALID_KEY_ID);
        assertThat(bob.decrypt(alice, introduction(outer))).isEqualTo("hello");
    }

    @Test
    void givenGenuineMessageWithBrokenPadding_whenRead_thenRefusedAndNothingChanges() throws Exception {
        alice.greet(bob);
        SessionStructure session =
                SessionRecordStructure.parseFrom(alice.sessionRow(bob)).getCurrentSession();
        SessionChain chain = session.getSenderChain();
        MessageKeys keys = ChainKey.of(chain.getChainKey()).messageKeys();
        SignalMessage body = SignalMessage.newBuilder()
                .setRatchetKey(chain.getSenderRatchetKey())
                .setCounter(chain.getChainKey().getIndex())
                .setCiphertext(ByteString.copyFrom(new byte[15]))
                .build();
        byte[] before = bob.sessionRow(alice);

        assertThat(reasonOf(
                        bob,
                        alice,
                        new Ciphertext(Ciphertext.Type.MSG, SessionMessages.seal(body, keys.macKey(), session))))
                .isEqualTo(Reason.BAD_MAC);
        assertThat(bob.sessionRow(alice)).isEqualTo(before);
    }

    @Test
    void givenDamagedSkippedKeyAndArchivedSession_whenOthersAreUsed_thenThoseWork() throws Exception {
        alice.greet(bob);
        Ciphertext first = alice.encrypt(bob, "first");
        Ciphertext second = alice.encrypt(bob, "second");
        bob.decrypt(alice, alice.encrypt(bob, "third"));
        SessionRecordStructure.Builder record = SessionRecordStructure.parseFrom(bob.sessionRow(alice)).toBuilder();
        SessionChain.Builder chain = record.getCurrentSessionBuilder()
                .getReceiverChainsBuilder(record.getCurrentSession().getReceiverChainsCount() - 1);
        chain.setMessageKeys(1, ByteString.copyFrom(new byte[] {(byte) 0xff}));
        record.addPreviousSessions(ByteString.copyFrom(new byte[] {(byte) 0xff}));
        putSession(bob, alice, record.build().toByteArray());

        assertThat(bob.decrypt(alice, second)).isEqualTo("second");
        assertThat(reasonOf(bob, alice, first)).isEqualTo(Reason.DUPLICATE);
    }

    @Test
    void givenNotOneByteOfAMessage_whenRead_thenInvalid() {
        alice.greet(bob);

        for (Ciphertext.Type type : Ciphertext.Type.values()) {
            assertThat(reasonOf(bob, alice, new Ciphertext(type, new byte[0]))).isEqualTo(Reason.INVALID_MESSAGE);
            assertThat(reasonOf(bob, alice, new Ciphertext(type, new byte[] {VERSION})))
                    .isEqualTo(Reason.INVALID_MESSAGE);
        }
    }

    private static void putSession(Party party, Party peer, byte[] row) {
        party.store.transact(tx -> {
            tx.put(StoreTable.SESSIONS, SignalAddress.of(peer.jid).key(), row);
            return true;
        });
    }

    private Reason reasonOf(PreKeySignalMessage outer) {
        return reasonOf(bob, alice, introduction(outer));
    }

    private static Reason reasonOf(Party receiver, Party sender, Ciphertext message) {
        DecryptionFailedException failure =
                catchThrowableOfType(DecryptionFailedException.class, () -> receiver.decrypt(sender, message));
        assertThat(failure).isNotNull();
        return failure.reason();
    }

    private static PreKeySignalMessage introduction(Ciphertext ciphertext) throws Exception {
        return PreKeySignalMessage.parseFrom(Arrays.copyOfRange(ciphertext.bytes(), 1, ciphertext.bytes().length));
    }

    private static Ciphertext introduction(PreKeySignalMessage outer) {
        return new Ciphertext(Ciphertext.Type.PKMSG, Bytes.concat(new byte[] {VERSION}, outer.toByteArray()));
    }
}
