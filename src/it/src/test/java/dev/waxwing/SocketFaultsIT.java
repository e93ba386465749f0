package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.PairingFailedException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ServerNotTrustedException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.event.ConnectionUpdate.State;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.leaks.Leftovers;
import dev.waxwing.model.Jid;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.store.AccountStore;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.HandshakeFault;
import dev.waxwing.testkit.traffic.PairingFault;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A hostile or broken server: each fault ends in a typed error that a user can act on, within its timeout, and leaves
 * nothing behind. Those that may pass are tried again.
 */
final class SocketFaultsIT {

    /** More frames that hold no node than a connection bears. */
    private static final int TOO_MANY = 17;

    private final Leftovers leftovers = Leftovers.fromNow();
    private final LoopbackServer server = LoopbackServer.start();

    @RegisterExtension
    final Accounts accounts = new Accounts(server);

    @AfterEach
    void stop() throws Exception {
        accounts.close();
        leftovers.assertNone();
    }

    @Test
    void givenOtherNoiseRootConfigured_whenConnected_thenServerIsNotTrusted() throws Exception {
        Client client = connect(config -> config.connection(connection ->
                connection.noiseRootPublicKey(Curve25519.generate().publicKey())));

        assertNotTrusted(client);
    }

    @ParameterizedTest
    @EnumSource(
            value = HandshakeFault.class,
            names = {"FOREIGN_ROOT", "EXPIRED_CERTIFICATE", "FOREIGN_KEY"})
    void givenForgedNoiseCertificate_whenConnected_thenServerIsNotTrusted(HandshakeFault fault) throws Exception {
        server.faults().nextHandshake(fault);

        assertNotTrusted(connect(config -> config));
    }

    @Test
    void givenTlsCertificateOfAnotherAuthority_whenConnected_thenServerIsNotTrusted() throws Exception {
        try (LoopbackServer other = LoopbackServer.start()) {
            assertNotTrusted(connect(config ->
                    config.connection(connection -> connection.trustedCertificates(List.of(other.caCertificate())))));
        }
    }

    @Test
    void givenTlsCertificateOfNoAuthorityTheJvmKnows_whenConnected_thenServerIsNotTrusted() throws Exception {
        assertNotTrusted(connect(config -> config.connection(connection -> connection.trustedCertificates(List.of()))));
    }

    private static void assertNotTrusted(Client client) throws Exception {
        WaxwingException end = client.end();
        assertThat(end).isInstanceOf(ServerNotTrustedException.class);
        assertThat(end.isRetryable()).isFalse();
        assertThat(Client.failure(client.socket().whenOpen())).isSameAs(end);
        assertThat(client.updates().all())
                .noneMatch(update -> update.state() == State.PAIRING)
                .noneMatch(update -> update.state() == State.RECONNECTING);
    }

    @ParameterizedTest
    @EnumSource(PairingFault.class)
    void givenForgedPairSuccess_whenScanned_thenPairingFailsAndServerIsToldAndStoreCanBeLinkedLater(PairingFault fault)
            throws Exception {
        server.faults().nextPairing(fault);
        AccountStore store = accounts.store();
        Client client = accounts.keep(Client.connect(
                server,
                "alice",
                Client.config(server, store)
                        .linking(linking -> linking.pushName("alice"))
                        .build()));

        assertThat(client.end()).isInstanceOf(PairingFailedException.class);
        assertThat(client.socket().user()).isEmpty();
        Node answer = server.journal()
                .await(entry -> entry.is(Direction.IN, "iq")
                        && "error".equals(entry.stanza().attr("type")))
                .get(Client.PATIENCE_SECONDS, SECONDS)
                .stanza();
        assertThat(answer.requireChild("error").attr("text"))
                .isEqualTo(
                        switch (fault) {
                            case WRONG_HMAC -> "hmac-mismatch";
                            case WRONG_SIGNATURE -> "signature-mismatch";
                            case MALFORMED -> "internal-error";
                        });
        assertThat(server.phone("alice").companions()).isEmpty();
        assertThat(accounts.keep(Client.open(server, "alice", store)).socket().state())
                .isEqualTo(State.OPEN);
    }

    @Test
    void givenCorruptedFrame_whenOpened_thenConnectionEndsWithViolationAndTheNextOneIsSound() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        server.faults().add(StanzaMatch.out("message").client(bob.jid()).first(1), new FaultAction.Corrupt());

        alice.sent(bob, "in a frame that does not open");

        assertThat(bob.awaitInterruption(ProtocolViolationException.class)).hasMessageContaining("does not open");
        bob.socket().reconnectNow();
        assertThat(atBob.await(message -> true).text()).isEqualTo("in a frame that does not open");
    }

    @Test
    void givenTruncatedHandshake_whenConnected_thenConnectionIsLostAndTheNextOneIsSound() throws Exception {
        server.faults().nextHandshake(HandshakeFault.TRUNCATED);
        Client client = connect(config -> config);

        client.awaitInterruption(ConnectionLostException.class);
        client.socket().reconnectNow();
        client.socket().whenOpen().get(Client.PATIENCE_SECONDS, SECONDS);
    }

    @Test
    void givenServerSilentInTheHandshake_whenTimeIsUp_thenConnectionIsLostAndTheNextOneIsSound() throws Exception {
        server.faults().nextHandshake(HandshakeFault.SILENT);
        Client client =
                connect(config -> config.connection(connection -> connection.connectTimeout(Duration.ofSeconds(2))));

        client.awaitInterruption(ConnectionLostException.class);
        client.socket().reconnectNow();
        client.socket().whenOpen().get(Client.PATIENCE_SECONDS, SECONDS);
    }

    @Test
    void givenServerSilentBeforeItsFirstWord_whenTimeIsUp_thenConnectionIsLost() throws Exception {
        AccountStore store = accounts.store();
        Client linked = accounts.keep(Client.open(server, "alice", store));
        linked.close();
        server.faults().add(StanzaMatch.out("success").first(1), new FaultAction.GoSilent());
        Client client = accounts.keep(Client.connect(
                server,
                "alice",
                Client.config(server, store)
                        .connection(connection -> connection.connectTimeout(Duration.ofSeconds(2)))
                        .build()));

        client.awaitInterruption(ConnectionLostException.class);
        client.socket().reconnectNow();
        client.socket().whenOpen().get(Client.PATIENCE_SECONDS, SECONDS);
    }

    @Test
    void givenServerSilentAfterLogin_whenKeepAliveGetsNoAnswer_thenConnectionIsLostAndTheNextOneIsSound()
            throws Exception {
        Client client = accounts.keep(Client.open(
                server,
                "alice",
                accounts.store(),
                config -> config.connection(connection ->
                        connection.keepAliveInterval(Duration.ofMillis(500)).keepAliveTimeout(Duration.ofSeconds(2)))));
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();

        server.connections().goSilent(client.device());
        var sending = client.send(bob, "into the silence");

        assertThat(client.awaitInterruption(ConnectionLostException.class)).hasMessageContaining("silent");
        client.socket().reconnectNow();
        sending.get(Client.PATIENCE_SECONDS, SECONDS);
        assertThat(atBob.await(message -> true).text()).isEqualTo("into the silence");
    }

    @Test
    void givenLengthOfTwoGigabytes_whenOneFrameHasIt_thenItIsDroppedAndTheConnectionGoesOn() throws Exception {
        oneFrameIsDropped(twoGigabytes());
    }

    @Test
    void givenLengthOfTwoGigabytes_whenManyFramesHaveIt_thenConnectionEndsWithViolation() throws Exception {
        manyFramesEndTheConnection(twoGigabytes());
    }

    @Test
    void givenZipBomb_whenOneFrameHoldsIt_thenItIsDroppedAndTheConnectionGoesOn() throws Exception {
        oneFrameIsDropped(zipBomb());
    }

    @Test
    void givenZipBombs_whenManyFramesHoldThem_thenConnectionEndsWithViolation() throws Exception {
        manyFramesEndTheConnection(zipBomb());
    }

    private void oneFrameIsDropped(byte[] frame) throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();

        server.connections().sendFrame(bob.device(), frame);
        alice.sent(bob, "still there");

        assertThat(atBob.await(message -> true).text()).isEqualTo("still there");
        assertThat(bob.updates().all())
                .filteredOn(update -> update.state() == State.RECONNECTING)
                .allMatch(update -> update.reconnectIn().orElseThrow().isZero());
    }

    private void manyFramesEndTheConnection(byte[] frame) throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        Heard<WebMessage> atBob = bob.messages();
        Jid device = bob.device();

        for (int i = 0; i < TOO_MANY; i++) {
            server.connections().sendFrame(device, frame);
        }

        bob.awaitInterruption(ProtocolViolationException.class);
        bob.socket().reconnectNow();
        alice.sent(bob, "on the next connection");
        assertThat(atBob.await(message -> true).text()).isEqualTo("on the next connection");
    }

    @Test
    void givenPathThatTheServerDoesNotKnow_whenConnected_thenTheStatusIsToldAndItIsTriedAgain() throws Exception {
        URI elsewhere = URI.create("wss://127.0.0.1:" + server.port() + "/elsewhere");
        Client client = connect(config -> config.connection(connection -> connection.uri(elsewhere)));

        assertThat(client.awaitInterruption(ServerRefusedException.class).code())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void givenUpgradeRefusedForNow_whenConnected_thenTriedAgain(int status) throws Exception {
        server.faults().nextUpgrade(status);
        Client client = connect(config -> config);

        assertThat(client.awaitInterruption(ServerRefusedException.class).code())
                .isEqualTo(status);
        client.socket().reconnectNow();
        client.socket().whenOpen().get(Client.PATIENCE_SECONDS, SECONDS);
    }

    @Test
    void givenNobodyListens_whenConnected_thenConnectionIsLostAndTriedAgain() throws Exception {
        URI uri;
        try (LoopbackServer gone = LoopbackServer.start()) {
            uri = gone.uri();
        }
        Client client = connect(config -> config.connection(connection -> connection.uri(uri)));

        client.awaitInterruption(ConnectionLostException.class);
    }

    private interface Options {
        SocketConfig.Builder apply(SocketConfig.Builder config);
    }

    private Client connect(Options options) {
        SocketConfig config = options.apply(
                        Client.config(server, accounts.store()).linking(linking -> linking.pushName("alice")))
                .build();
        return accounts.keep(Client.connect(server, "alice", config));
    }

    /** A node of one text whose 32-bit length says two gigabytes. */
    private static byte[] twoGigabytes() {
        return new byte[] {0, (byte) 0xf8, 2, (byte) 0xfe, 0x7f, (byte) 0xff, -1, -1};
    }

    /** 64 MiB of zeros, said to be a node. */
    private static byte[] zipBomb() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(2);
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(bytes)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 64; i++) {
                deflater.write(zeros);
            }
        }
        return bytes.toByteArray();
    }
}
