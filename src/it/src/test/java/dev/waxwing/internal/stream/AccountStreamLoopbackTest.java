package dev.waxwing.internal.stream;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ServerNotTrustedException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.stream.link.KnownServer;
import dev.waxwing.internal.stream.link.StreamIdentity;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.transport.TlsTrust;
import dev.waxwing.internal.transport.TransportConfig;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.HandshakeFault;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole lower half against the real loopback server. */
final class AccountStreamLoopbackTest {

    private LoopbackServer server;
    private AccountThreads threads;
    private final States states = new States();
    private final CompletableFuture<Node> offer = new CompletableFuture<>();

    @BeforeEach
    void start() {
        server = LoopbackServer.start();
        threads = AccountThreads.create();
    }

    @AfterEach
    void stop() {
        threads.close();
        server.close();
    }

    @Test
    void givenUnlinkedDevice_whenConnected_thenServerOffersToPair() throws Exception {
        AccountStream stream = stream(config());

        stream.start();

        assertThat(offer.get(20, SECONDS).requireChild("pair-device").children("ref"))
                .hasSize(6);
        assertThat(states.next()).isInstanceOf(StreamState.Connecting.class);
        assertThat(states.next()).isInstanceOf(StreamState.Pairing.class);
        assertThat(stream.close().get(20, SECONDS).error()).isInstanceOf(SocketClosedException.class);
        assertThat(states.next()).isInstanceOf(StreamState.Closed.class);
        server.connections().whenNone().get(20, SECONDS);
    }

    @Test
    void givenOtherNoiseRoot_whenConnected_thenStreamStopsUntrusting() throws Exception {
        AccountStream stream =
                stream(config().serverRootKey(Curve25519.generate().publicKey()));

        stream.start();

        assertThat(stream.closed().get(20, SECONDS).error()).isInstanceOf(ServerNotTrustedException.class);
        server.connections().whenNone().get(20, SECONDS);
    }

    @ParameterizedTest
    @EnumSource(names = {"FOREIGN_ROOT", "EXPIRED_CERTIFICATE", "FOREIGN_KEY"})
    void givenWrongCertificateChain_whenConnected_thenStreamStopsUntrusting(HandshakeFault fault) throws Exception {
        server.faults().nextHandshake(fault);
        AccountStream stream = stream(config());

        stream.start();

        assertThat(stream.closed().get(20, SECONDS).error()).isInstanceOf(ServerNotTrustedException.class);
        server.connections().whenNone().get(20, SECONDS);
    }

    @ParameterizedTest
    @EnumSource(names = {"TRUNCATED", "SILENT"})
    void givenBrokenHandshake_whenConnected_thenTriedAgain(HandshakeFault fault) throws Exception {
        server.faults().nextHandshake(fault);
        AccountStream stream = stream(config().handshakeTimeout(Duration.ofMillis(500)));

        stream.start();

        assertThat(states.next()).isInstanceOf(StreamState.Connecting.class);
        assertThat(lost()).isInstanceOf(ConnectionLostException.class);
    }

    @Test
    void givenCorruptedFrame_whenReceived_thenConnectionEndsAndTheNextWorks() throws Exception {
        server.faults().add(StanzaMatch.out("iq").child("pair-device").first(1), new FaultAction.Corrupt());
        AccountStream stream = stream(config());

        stream.start();

        assertThat(states.next()).isInstanceOf(StreamState.Connecting.class);
        assertThat(lost()).isInstanceOf(ProtocolViolationException.class);
        assertThat(offer.get(20, SECONDS)).isNotNull();
        stream.close().get(20, SECONDS);
    }

    @Test
    void givenServerThatFallsSilent_whenFirstWordIsDue_thenConnectionEndsAndTheNextWorks() throws Exception {
        server.faults().add(StanzaMatch.out("iq").child("pair-device").first(1), new FaultAction.GoSilent());
        AccountStream stream = stream(config().loginTimeout(Duration.ofMillis(500)));

        stream.start();

        assertThat(states.next()).isInstanceOf(StreamState.Connecting.class);
        assertThat(lost()).isInstanceOf(ConnectionLostException.class);
        stream.close().get(20, SECONDS);
    }

    @Test
    void givenServerGone_whenConnecting_thenWaitsAndCloses() throws Exception {
        AccountStream stream = stream(config());
        server.close();

        stream.start();

        assertThat(states.next()).isInstanceOf(StreamState.Connecting.class);
        assertThat(lost()).isInstanceOf(ConnectionLostException.class);
        assertThat(stream.close().get(20, SECONDS).error()).isInstanceOf(SocketClosedException.class);
    }

    private Throwable lost() throws InterruptedException {
        StreamState state = states.next();
        assertThat(state).isInstanceOf(StreamState.Waiting.class);
        return ((StreamState.Waiting) state).reason().error();
    }

    /** The states in their order. */
    private static final class States implements StreamListener {

        private final BlockingQueue<StreamState> all = new LinkedBlockingQueue<>();

        @Override
        public void stateChanged(StreamState state) {
            all.add(state);
        }

        StreamState next() throws InterruptedException {
            return all.poll(20, SECONDS);
        }
    }

    private AccountStream stream(StreamConfig.Builder config) {
        KeyPair identity = Curve25519.generate();
        KeyPair signedPreKey = Curve25519.generate();
        byte[] signed = new byte[33];
        signed[0] = 5;
        System.arraycopy(signedPreKey.publicKey(), 0, signed, 1, 32);
        StreamIdentity device = new StreamIdentity.Registration(
                Curve25519.generate(),
                4711,
                identity.publicKey(),
                1,
                signedPreKey.publicKey(),
                Curve25519.sign(identity.privateKey(), signed));
        AccountStream stream =
                new AccountStream(config.build(), threads, () -> device, () -> null, new KnownServer(null, () -> {}));
        stream.router().onIq("md", "pair-device", iq -> {
            offer.complete(iq);
            return CompletableFuture.completedFuture(Acknowledgement.ACK);
        });
        stream.addListener(states);
        return stream;
    }

    private StreamConfig.Builder config() {
        return StreamConfig.builder()
                .transport(TransportConfig.builder()
                        .uri(server.uri())
                        .trust(TlsTrust.certificates(server.caCertificate()))
                        .build())
                .serverRootKey(server.noiseRootPublicKey())
                .backoff(new BackoffPolicy(Duration.ofMillis(50), Duration.ofMillis(50), 0, 0, Duration.ofSeconds(30)));
    }
}
