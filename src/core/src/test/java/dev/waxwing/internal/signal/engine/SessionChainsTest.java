package dev.waxwing.internal.signal.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.internal.signal.engine.ChainKey.MessageKeys;
import dev.waxwing.proto.session.SessionChain;
import dev.waxwing.proto.session.SessionRecordStructure;
import dev.waxwing.proto.session.SessionStructure;
import dev.waxwing.proto.signal.SignalMessage;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.signal.libsignal.protocol.IdentityKeyPair;
import org.signal.libsignal.protocol.SessionBuilder;
import org.signal.libsignal.protocol.SessionCipher;
import org.signal.libsignal.protocol.SignalProtocolAddress;
import org.signal.libsignal.protocol.ecc.Curve;
import org.signal.libsignal.protocol.ecc.ECKeyPair;
import org.signal.libsignal.protocol.message.CiphertextMessage;
import org.signal.libsignal.protocol.message.PreKeySignalMessage;
import org.signal.libsignal.protocol.state.PreKeyBundle;
import org.signal.libsignal.protocol.state.PreKeyRecord;
import org.signal.libsignal.protocol.state.SignedPreKeyRecord;
import org.signal.libsignal.protocol.state.impl.InMemorySignalProtocolStore;

/**
 * Our steps beside libsignal's own: from the same record both make the same bytes. Conversations are random, from fixed seeds, and hold new chains, skipped messages and sessions in the archive, which libsignal takes alone.
 */
final class SessionChainsTest {

    private static final int STEPS = 400;
    private static final int BYTES_OF_MAC = 8;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void givenConversation_whenStepped_thenEveryMessageAndRecordIsLibsignals(long seed) throws Exception {
        Random random = new Random(seed);
        Libsignal alice = new Libsignal("alice");
        Libsignal bob = new Libsignal("bob");
        alice.meet(bob, seed % 2 == 0);
        if (seed > 2) {
            // Both start: the one that loses lies in the archive from then on.
            bob.meet(alice, true);
        }
        int ourDecryptions = 0;
        Libsignal sender = alice;
        for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(6) == 0) {
                sender = sender == alice ? bob : alice;
            }
            Libsignal receiver = sender == alice ? bob : alice;
            if (random.nextBoolean() && sender.hasSession(receiver)) {
                byte[] text = new byte[random.nextInt(64)];
                random.nextBytes(text);
                receiver.inbox.add(encrypt(sender, receiver, text));
            } else if (!sender.inbox.isEmpty()) {
                Sent next = sender.inbox.removeFirst();
                if (random.nextInt(8) == 0 && !sender.inbox.isEmpty()) {
                    // A later one first, so that a key is skipped.
                    Sent later = sender.inbox.removeFirst();
                    sender.inbox.addFirst(next);
                    next = later;
                }
                ourDecryptions += decrypt(sender, receiver, next) ? 1 : 0;
            }
        }
        assertThat(ourDecryptions).isGreaterThan(STEPS / 10);
    }

    @Test
    void givenMessageThatIsNotTheNext_whenDecrypting_thenLeftAloneAndNothingChanges() throws Exception {
        Libsignal alice = new Libsignal("alice");
        Libsignal bob = new Libsignal("bob");
        talk(alice, bob);
        byte[] first = alice.encrypt(bob, bytes("first")).serialize();
        byte[] second = alice.encrypt(bob, bytes("second")).serialize();
        byte[] record = bob.record(alice);
        byte[] otherVersion = first.clone();
        otherVersion[0] = 0x23;

        for (byte[] bytes : List.of(
                second,
                flipped(first, first.length - 1),
                flipped(first, first.length - BYTES_OF_MAC - 1),
                otherVersion,
                new byte[] {0x33},
                new byte[0],
                new byte[40])) {
            assertLeftAlone(record, message(bytes));
        }
        assertThat(SessionChains.of(record).decryptNext(message(first))).hasValue(bytes("first"));
        SessionChains chains = SessionChains.of(record);
        chains.decryptNext(message(first));
        assertThat(chains.decryptNext(message(first))).as("read twice").isEmpty();
        assertThat(chains.decryptNext(message(second))).hasValue(bytes("second"));
    }

    @Test
    void givenIntroductionToTheSameSession_whenDecrypting_thenReadAndAnotherSessionsIsLeftAlone() throws Exception {
        Libsignal alice = new Libsignal("alice");
        Libsignal bob = new Libsignal("bob");
        alice.meet(bob, true);
        decrypt(bob, alice, encrypt(alice, bob, bytes("hello")));
        Ciphertext again = encrypt(alice, bob, bytes("again")).ciphertext;
        alice.meet(bob, true);
        Ciphertext other = encrypt(alice, bob, bytes("other")).ciphertext;
        byte[] record = bob.record(alice);
        Ciphertext cut = new Ciphertext(Ciphertext.Type.PKMSG, Arrays.copyOf(again.bytes(), 20));

        assertThat(again.type()).isEqualTo(Ciphertext.Type.PKMSG);
        assertThat(SessionChains.of(record).decryptNext(again)).hasValue(bytes("again"));
        assertLeftAlone(record, other);
        assertLeftAlone(record, cut);
        assertLeftAlone(record, new Ciphertext(Ciphertext.Type.PKMSG, new byte[0]));
    }

    @Test
    void givenGenuineMessageWithBrokenPadding_whenDecrypting_thenLeftAloneAndNothingChanges() throws Exception {
        Libsignal alice = new Libsignal("alice");
        Libsignal bob = new Libsignal("bob");
        talk(alice, bob);
        SessionStructure session =
                SessionRecordStructure.parseFrom(alice.record(bob)).getCurrentSession();
        SessionChain chain = session.getSenderChain();
        MessageKeys keys = ChainKey.of(chain.getChainKey()).messageKeys();
        SignalMessage body = SignalMessage.newBuilder()
                .setRatchetKey(chain.getSenderRatchetKey())
                .setCounter(chain.getChainKey().getIndex())
                .setCiphertext(ByteString.copyFrom(new byte[15]))
                .build();

        assertLeftAlone(bob.record(alice), message(SessionMessages.seal(body, keys.macKey(), session)));
    }

    @Test
    void givenRecordWithoutSessionToSendIn_whenEncrypting_thenEmpty() throws Exception {
        assertThat(SessionChains.of(new byte[0]).encrypt(bytes("hello"))).isEmpty();
        assertThat(SessionChains.of(new byte[0]).decryptNext(message(new byte[40])))
                .isEmpty();
    }

    private static Sent encrypt(Libsignal sender, Libsignal receiver, byte[] text) throws Exception {
        SessionChains ours = SessionChains.of(sender.record(receiver));
        Ciphertext made = ours.encrypt(text).orElseThrow();
        CiphertextMessage theirs = sender.encrypt(receiver, text);
        assertThat(made.bytes()).isEqualTo(theirs.serialize());
        assertThat(made.type() == Ciphertext.Type.PKMSG).isEqualTo(theirs.getType() == CiphertextMessage.PREKEY_TYPE);
        assertThat(ours.record()).isEqualTo(sender.record(receiver));
        return new Sent(text, made);
    }

    /** Whether the message was one for us, and not the start of a chain, one that comes late, or one of a session in the archive. */
    private static boolean decrypt(Libsignal receiver, Libsignal sender, Sent sent) throws Exception {
        if (!receiver.hasSession(sender)) {
            assertThat(receiver.decrypt(sender, sent.ciphertext)).isEqualTo(sent.text);
            return false;
        }
        byte[] before = receiver.record(sender);
        SessionChains ours = SessionChains.of(before);
        boolean next = ours.decryptNext(sent.ciphertext)
                .map(text -> assertThat(text).isEqualTo(sent.text))
                .isPresent();
        assertThat(receiver.decrypt(sender, sent.ciphertext)).isEqualTo(sent.text);
        assertThat(ours.record()).isEqualTo(next ? receiver.record(sender) : before);
        return next;
    }

    private static void assertLeftAlone(byte[] record, Ciphertext message) throws InvalidProtocolBufferException {
        SessionChains chains = SessionChains.of(record);
        assertThat(chains.decryptNext(message)).isEmpty();
        assertThat(chains.record()).isEqualTo(record);
    }

    /** Until each side has read a plain message of the other. */
    private static void talk(Libsignal alice, Libsignal bob) throws Exception {
        alice.meet(bob, true);
        for (int i = 0; i < 3; i++) {
            decrypt(bob, alice, encrypt(alice, bob, bytes("hello")));
            decrypt(alice, bob, encrypt(bob, alice, bytes("hello")));
        }
        decrypt(bob, alice, encrypt(alice, bob, bytes("hello")));
    }

    private static Ciphertext message(byte[] bytes) {
        return new Ciphertext(Ciphertext.Type.MSG, bytes);
    }

    private static byte[] flipped(byte[] message, int at) {
        byte[] flipped = message.clone();
        flipped[at] ^= 1;
        return flipped;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private record Sent(byte[] text, Ciphertext ciphertext) {}

    /** A device of libsignal's own. */
    private static final class Libsignal {

        private static final int SIGNED_PRE_KEY = 7;
        private static final int ONE_TIME_PRE_KEY = 70;

        private final SignalProtocolAddress address;
        private final InMemorySignalProtocolStore store =
                new InMemorySignalProtocolStore(IdentityKeyPair.generate(), 4711);
        private final Deque<Sent> inbox = new ArrayDeque<>();

        Libsignal(String name) {
            address = new SignalProtocolAddress(name, 1);
        }

        void meet(Libsignal peer, boolean withOneTimeKey) throws Exception {
            new SessionBuilder(store, peer.address).process(peer.bundle(withOneTimeKey));
        }

        byte[] decrypt(Libsignal peer, Ciphertext ciphertext) throws Exception {
            return ciphertext.type() == Ciphertext.Type.PKMSG
                    ? cipher(peer).decrypt(new PreKeySignalMessage(ciphertext.bytes()))
                    : cipher(peer).decrypt(new org.signal.libsignal.protocol.message.SignalMessage(ciphertext.bytes()));
        }

        CiphertextMessage encrypt(Libsignal peer, byte[] text) throws Exception {
            return cipher(peer).encrypt(text);
        }

        SessionCipher cipher(Libsignal peer) {
            return new SessionCipher(store, peer.address);
        }

        boolean hasSession(Libsignal peer) {
            return store.containsSession(peer.address);
        }

        byte[] record(Libsignal peer) {
            return store.loadSession(peer.address).serialize();
        }

        private PreKeyBundle bundle(boolean withOneTimeKey) throws Exception {
            ECKeyPair signed = Curve.generateKeyPair();
            byte[] signature = Curve.calculateSignature(
                    store.getIdentityKeyPair().getPrivateKey(),
                    signed.getPublicKey().serialize());
            store.storeSignedPreKey(SIGNED_PRE_KEY, new SignedPreKeyRecord(SIGNED_PRE_KEY, 0, signed, signature));
            ECKeyPair oneTime = Curve.generateKeyPair();
            store.storePreKey(ONE_TIME_PRE_KEY, new PreKeyRecord(ONE_TIME_PRE_KEY, oneTime));
            return new PreKeyBundle(
                    store.getLocalRegistrationId(),
                    1,
                    withOneTimeKey ? ONE_TIME_PRE_KEY : -1,
                    withOneTimeKey ? oneTime.getPublicKey() : null,
                    SIGNED_PRE_KEY,
                    signed.getPublicKey(),
                    signature,
                    store.getIdentityKeyPair().getPublicKey());
        }
    }
}
