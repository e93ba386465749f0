package dev.waxwing.internal.stream;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ServerNotTrustedException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.transport.TlsTrust;
import dev.waxwing.internal.transport.TransportConfig;
import dev.waxwing.testkit.LoopbackServer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole lower half against the real loopback server. */
final class AccountStreamLoopbackTest {

    private LoopbackServer server;
    private AccountThreads threads;

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
        AccountStream stream = stream(config(server.noiseRootPublicKey()));
        CompletableFuture<Node> offer = new CompletableFuture<>();
        CompletableFuture<StreamState> pairing = new CompletableFuture<>();
        stream.router().onIq("md", "pair-device", iq -> {
            offer.complete(iq);
            return CompletableFuture.completedFuture(Acknowledgement.ACK);
        });
        stream.addListener(new StreamListener() {
            @Override
            public void stateChanged(StreamState state) {
                if (state instanceof StreamState.Pairing) {
                    pairing.complete(state);
                }
            }
        });

        stream.start();

        assertThat(offer.get(20, SECONDS).requireChild("pair-device").children("ref"))
                .hasSize(6);
        assertThat(pairing.get(20, SECONDS)).isInstanceOf(StreamState.Pairing.class);
        assertThat(stream.close().get(20, SECONDS).error()).isInstanceOf(SocketClosedException.class);
        assertThat(stream.state()).isInstanceOf(StreamState.Closed.class);
    }

    @Test
    void givenOtherNoiseRoot_whenConnected_thenStreamStopsUntrusting() throws Exception {
        AccountStream stream = stream(config(Curve25519.generate().publicKey()));

        stream.start();

        assertThat(stream.closed().get(20, SECONDS).error()).isInstanceOf(ServerNotTrustedException.class);
    }

    private AccountStream stream(StreamConfig config) {
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
        return new AccountStream(config, threads, () -> device, () -> null);
    }

    private StreamConfig config(byte[] rootKey) {
        return StreamConfig.builder()
                .transport(TransportConfig.builder()
                        .uri(server.uri())
                        .trust(TlsTrust.certificates(server.caCertificate()))
                        .build())
                .serverRootKey(rootKey)
                .build();
    }
}
