package dev.waxwing.bench;

import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.PreKey;
import dev.waxwing.internal.account.PreKeys;
import dev.waxwing.internal.signal.SenderKeys;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.model.Jid;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Ratchet operations over the memory store, transaction and serialisation included. A decryption alone cannot be
 * repeated, so it is the difference between two of these. Run as {@link NodeCodecBenchmark}, with {@code Signal} for
 * the name.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SignalBenchmark {

    private static final Jid GROUP = Jid.group("120363041234567890");
    private static final int TEXT_BYTES = 160;
    private static final int DEVICES = 20;

    private final Device alice = new Device(Jid.lid("236395184570386").withDevice(1));
    private final Device bob = new Device(Jid.lid("236395184570387").withDevice(2));
    private final Device carol = new Device(Jid.lid("236395184570388").withDevice(3));
    private final byte[] text = new byte[TEXT_BYTES];
    private final PreKeyBundle bundle = bob.bundle();
    private List<Jid> fanOut = List.of();

    private static final class Device {

        private final Jid jid;
        private final AccountStore store = MemoryStore.create();
        private final CredentialsStore credentials = new CredentialsStore(store);
        private final SignalSessions sessions = new SignalSessions(store, credentials);

        Device(Jid jid) {
            this.jid = jid;
        }

        PreKeyBundle bundle() {
            Credentials own = credentials.loadOrCreate();
            PreKey oneTime = new PreKeys(store, credentials).reserve(Instant.EPOCH);
            return new PreKeyBundle(
                    own.registrationId(),
                    own.identityKey().publicKey(),
                    own.signedPreKey().id(),
                    own.signedPreKey().keyPair().publicKey(),
                    own.signedPreKey().signature(),
                    OptionalInt.of(oneTime.id()),
                    Optional.of(oneTime.keyPair().publicKey()),
                    Optional.empty());
        }

        void meet(Jid peer, PreKeyBundle bundle) {
            sessions.inTransaction(Set.of(peer), tx -> {
                tx.buildSession(peer, bundle);
                return true;
            });
        }

        Ciphertext encrypt(Jid peer, byte[] plaintext) {
            return sessions.inTransaction(Set.of(peer), tx -> tx.encrypt(peer, plaintext));
        }

        byte[] decrypt(Jid peer, Ciphertext ciphertext) {
            return sessions.inTransaction(Set.of(peer), tx -> tx.decrypt(peer, ciphertext));
        }
    }

    /**
     * Starts the sessions and lets both sides of those that are read answer once, so that no message carries keys any
     * more.
     */
    @Setup
    public void setUp() {
        alice.credentials.loadOrCreate();
        bob.credentials.loadOrCreate();
        carol.credentials.loadOrCreate();
        for (Device peer : List.of(bob, carol)) {
            alice.meet(peer.jid, peer.bundle());
            peer.decrypt(alice.jid, alice.encrypt(peer.jid, text));
            alice.decrypt(peer.jid, peer.encrypt(alice.jid, text));
        }
        fanOut = IntStream.rangeClosed(1, DEVICES)
                .mapToObj(n -> Jid.lid("2363951845704" + (10 + n)).withDevice(n))
                .toList();
        fanOut.forEach(device -> alice.meet(device, bundle));
        alice.store.transact(tx -> SenderKeys.in(tx).distributionMessage(GROUP));
    }

    /**
     * One message for one device, of a session that is never answered.
     *
     * @return the ciphertext
     */
    @Benchmark
    public Ciphertext encrypt() {
        return alice.encrypt(carol.jid, text);
    }

    /**
     * One message for one device, and its decryption there.
     *
     * @return the plaintext
     */
    @Benchmark
    public byte[] encryptAndDecrypt() {
        return bob.decrypt(alice.jid, alice.encrypt(bob.jid, text));
    }

    /**
     * A message and its answer, each read: both ratchets turn.
     *
     * @return the plaintext
     */
    @Benchmark
    public byte[] pingPong() {
        bob.decrypt(alice.jid, alice.encrypt(bob.jid, text));
        return alice.decrypt(bob.jid, bob.encrypt(alice.jid, text));
    }

    /**
     * One message for 20 devices in one transaction.
     *
     * @return the ciphertexts
     */
    @Benchmark
    public List<Ciphertext> encryptForTwenty() {
        return alice.sessions.inTransaction(
                fanOut,
                tx -> fanOut.stream().map(device -> tx.encrypt(device, text)).toList());
    }

    /**
     * One group message.
     *
     * @return the ciphertext
     */
    @Benchmark
    public byte[] encryptForGroup() {
        return alice.store.transact(tx -> SenderKeys.in(tx).encrypt(GROUP, text));
    }

    /**
     * A session from a bundle, its signature checked.
     *
     * @return whether there is one
     */
    @Benchmark
    public boolean buildSession() {
        Jid device = fanOut.get(0);
        return alice.sessions.inTransaction(Set.of(device), tx -> {
            tx.deleteSession(device);
            tx.buildSession(device, bundle);
            return tx.hasSession(device);
        });
    }
}
