package dev.waxwing.bench;

import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.signal.SignalAddress;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.model.Jid;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.signal.libsignal.protocol.IdentityKeyPair;
import org.signal.libsignal.protocol.SessionBuilder;
import org.signal.libsignal.protocol.SessionCipher;
import org.signal.libsignal.protocol.SignalProtocolAddress;
import org.signal.libsignal.protocol.ecc.Curve;
import org.signal.libsignal.protocol.ecc.ECKeyPair;
import org.signal.libsignal.protocol.message.CiphertextMessage;
import org.signal.libsignal.protocol.message.PreKeySignalMessage;
import org.signal.libsignal.protocol.message.SignalMessage;
import org.signal.libsignal.protocol.state.SessionRecord;
import org.signal.libsignal.protocol.state.SignedPreKeyRecord;
import org.signal.libsignal.protocol.state.impl.InMemorySignalProtocolStore;

/**
 * What costs most in a session, by our engine and by libsignal 0.23.1, each over its store in memory, rows and
 * transactions included. Run as {@link NodeCodecBenchmark}, with {@code Ratchet} for the name. Ours uses libsignal's
 * native code for the curve where that is on the class path; for Bouncy Castle's figures take it off and add
 * {@code -p engine=OURS}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RatchetBenchmark {

    private static final int TEXT_BYTES = 160;
    private static final int FAR = 2_000;
    private static final int NEAR = 50;

    /** Whose engine. */
    @Param({"OURS", "LIBSIGNAL"})
    public Engine engine;

    private final byte[] text = new byte[TEXT_BYTES];
    private Device alice;
    private Device bob;
    private byte[] before;
    private Object near;
    private Object far;

    /** The engines to choose from. */
    public enum Engine {
        /** The one in use. */
        OURS,
        /** What it is compared with. */
        LIBSIGNAL
    }

    /** One device that talks to one other. */
    private interface Device {

        Object bundle();

        void meet(Object bundle);

        Object encrypt(byte[] plaintext);

        byte[] decrypt(Object message);

        byte[] session();

        void restore(byte[] session);
    }

    /** Starts a session and lets both sides answer, then keeps two messages that lie ahead. */
    @Setup
    public void setUp() {
        alice = engine == Engine.OURS ? new Ours("236395184570386", "236395184570387") : new Libsignal();
        bob = engine == Engine.OURS ? new Ours("236395184570387", "236395184570386") : new Libsignal();
        alice.meet(bob.bundle());
        pingPong();
        // The next one begins a chain: the messages ahead are on the one that stands.
        bob.decrypt(alice.encrypt(text));
        before = bob.session();
        for (int i = 0; i < FAR; i++) {
            Object message = alice.encrypt(text);
            if (i == NEAR) {
                near = message;
            }
        }
        far = alice.encrypt(text);
        // No message of what follows lies ahead.
        alice.meet(bob.bundle());
        pingPong();
    }

    /**
     * A message and its answer, each read: both ratchets turn.
     *
     * @return the plaintext
     */
    @Benchmark
    public byte[] pingPong() {
        bob.decrypt(alice.encrypt(text));
        return alice.decrypt(bob.encrypt(text));
    }

    /**
     * A message that lies 50 ahead.
     *
     * @return the plaintext
     */
    @Benchmark
    public byte[] skip50() {
        bob.restore(before);
        return bob.decrypt(near);
    }

    /**
     * A message that lies 2,000 ahead, as far as may be.
     *
     * @return the plaintext
     */
    @Benchmark
    public byte[] skip2000() {
        bob.restore(before);
        return bob.decrypt(far);
    }

    /**
     * A session from a bundle without a one-time key, its signature checked, and its first message read at the other
     * side. The bundle is made anew each time.
     *
     * @return the plaintext
     */
    @Benchmark
    public byte[] newSession() {
        alice.meet(bob.bundle());
        return bob.decrypt(alice.encrypt(text));
    }

    private static final class Ours implements Device {

        private final Jid peer;
        private final AccountStore store = MemoryStore.create();
        private final CredentialsStore credentials = new CredentialsStore(store);
        private final SignalSessions sessions = new SignalSessions(store, credentials);

        Ours(String user, String peer) {
            this.peer = Jid.lid(peer).withDevice(1);
            if (user.equals(peer)) {
                throw new IllegalArgumentException("nobody talks to itself");
            }
            credentials.loadOrCreate();
        }

        @Override
        public Object bundle() {
            Credentials own = credentials.loadOrCreate();
            return new PreKeyBundle(
                    own.registrationId(),
                    own.identityKey().publicKey(),
                    own.signedPreKey().id(),
                    own.signedPreKey().keyPair().publicKey(),
                    own.signedPreKey().signature(),
                    OptionalInt.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        @Override
        public void meet(Object bundle) {
            sessions.inTransaction(Set.of(peer), tx -> {
                tx.deleteSession(peer);
                tx.buildSession(peer, (PreKeyBundle) bundle);
                return true;
            });
        }

        @Override
        public Object encrypt(byte[] plaintext) {
            return sessions.inTransaction(Set.of(peer), tx -> tx.encrypt(peer, plaintext));
        }

        @Override
        public byte[] decrypt(Object message) {
            return sessions.inTransaction(Set.of(peer), tx -> tx.decrypt(peer, (Ciphertext) message));
        }

        @Override
        public byte[] session() {
            return store.transact(
                    tx -> tx.get(StoreTable.SESSIONS, SignalAddress.of(peer).key()));
        }

        @Override
        public void restore(byte[] session) {
            store.transact(tx -> {
                tx.put(StoreTable.SESSIONS, SignalAddress.of(peer).key(), session);
                return true;
            });
        }
    }

    private static final class Libsignal implements Device {

        private static final SignalProtocolAddress PEER = new SignalProtocolAddress("peer", 1);
        private static final int SIGNED_PRE_KEY = 7;

        private final InMemorySignalProtocolStore store =
                new InMemorySignalProtocolStore(IdentityKeyPair.generate(), 4711);
        private final ECKeyPair signed = Curve.generateKeyPair();
        private final byte[] signature;

        Libsignal() {
            try {
                signature = Curve.calculateSignature(
                        store.getIdentityKeyPair().getPrivateKey(),
                        signed.getPublicKey().serialize());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            store.storeSignedPreKey(SIGNED_PRE_KEY, new SignedPreKeyRecord(SIGNED_PRE_KEY, 0, signed, signature));
        }

        @Override
        public Object bundle() {
            return new org.signal.libsignal.protocol.state.PreKeyBundle(
                    store.getLocalRegistrationId(),
                    1,
                    -1,
                    null,
                    SIGNED_PRE_KEY,
                    signed.getPublicKey(),
                    signature,
                    store.getIdentityKeyPair().getPublicKey());
        }

        @Override
        public void meet(Object bundle) {
            try {
                store.deleteSession(PEER);
                new SessionBuilder(store, PEER).process((org.signal.libsignal.protocol.state.PreKeyBundle) bundle);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public Object encrypt(byte[] plaintext) {
            try {
                CiphertextMessage message = new SessionCipher(store, PEER).encrypt(plaintext);
                return new Ciphertext(
                        message.getType() == CiphertextMessage.PREKEY_TYPE
                                ? Ciphertext.Type.PKMSG
                                : Ciphertext.Type.MSG,
                        message.serialize());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public byte[] decrypt(Object message) {
            try {
                Ciphertext ciphertext = (Ciphertext) message;
                SessionCipher cipher = new SessionCipher(store, PEER);
                return ciphertext.type() == Ciphertext.Type.PKMSG
                        ? cipher.decrypt(new PreKeySignalMessage(ciphertext.bytes()))
                        : cipher.decrypt(new SignalMessage(ciphertext.bytes()));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public byte[] session() {
            return store.loadSession(PEER).serialize();
        }

        @Override
        public void restore(byte[] session) {
            try {
                store.storeSession(PEER, new SessionRecord(session));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
