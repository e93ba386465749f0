package dev.waxwing.internal.noise;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ServerNotTrustedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.proto.wa6.HandshakeMessage;
import dev.waxwing.testkit.noise.CertificateIssuer;
import dev.waxwing.testkit.noise.NoiseClientIdentity;
import dev.waxwing.testkit.noise.NoiseServerHandshake;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Both of our sides against each other, and everything a broken or hostile peer may send. */
class NoiseHandshakeTest {

    private static final byte[] PAYLOAD = NoiseVectors.clientPayload();

    @Test
    void givenFreshKeys_whenBothSidesRun_thenTheyAgreeOnTheHash() {
        KeyPair clientStatic = Curve25519.generate();
        KeyPair serverStatic = Curve25519.generate();
        CertificateIssuer issuer = CertificateIssuer.generate(Instant.EPOCH, Instant.parse("2100-01-01T00:00:00Z"));
        NoiseClientHandshake client = new NoiseClientHandshake(
                clientStatic, new CertificateVerifier(issuer.root().publicKey(), Clock.systemUTC()), PAYLOAD);
        NoiseServerHandshake server = new NoiseServerHandshake(serverStatic, issuer.chainFor(serverStatic.publicKey()));

        byte[] serverHello = server.onClientHello(client.clientHello());
        NoiseClientIdentity identity = server.onClientFinish(client.onServerHello(serverHello));

        assertThat(identity.clientStatic()).isEqualTo(clientStatic.publicKey());
        assertThat(identity.payload()).isEqualTo(PAYLOAD);
        assertThat(client.state().h()).isEqualTo(server.state().h());
        assertThat(identity).hasToString("NoiseClientIdentity[payload=" + PAYLOAD.length + " bytes]");
    }

    @Test
    void givenServerHelloCutAnywhere_whenTaken_thenProtocolViolation() {
        byte[] whole = serverHello();
        for (int length = 0; length < whole.length; length++) {
            NoiseClientHandshake client = greetingClient();
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> client.onServerHello(cut))
                    .as("cut at %d", length)
                    .isInstanceOf(ProtocolViolationException.class);
        }
    }

    @Test
    void givenAnyByteOfTheServerHelloChanged_whenTaken_thenTypedFailure() {
        byte[] whole = serverHello();
        for (int i = 0; i < whole.length; i++) {
            NoiseClientHandshake client = greetingClient();
            byte[] bad = whole.clone();
            bad[i] ^= 1;
            assertThatThrownBy(() -> client.onServerHello(bad)).as("byte %d", i).isInstanceOf(WaxwingException.class);
        }
    }

    @Test
    void givenAnyByteOfTheClientFinishChangedOrCut_whenTaken_thenProtocolViolation() {
        NoiseClientHandshake client = greetingClient();
        byte[] whole = client.onServerHello(serverHello());
        for (int i = 0; i < whole.length; i++) {
            byte[] bad = whole.clone();
            bad[i] ^= 1;
            byte[] cut = Arrays.copyOf(whole, i);
            for (byte[] finish : new byte[][] {bad, cut}) {
                NoiseServerHandshake server = NoiseVectors.server();
                server.onClientHello(NoiseVectors.client().clientHello());
                assertThatThrownBy(() -> server.onClientFinish(finish))
                        .as("at %d", i)
                        .isInstanceOf(ProtocolViolationException.class);
            }
        }
    }

    @Test
    void givenChainUnderTheTestRoot_whenTheClientTrustsTheServiceRoot_thenNotTrusted() {
        NoiseClientHandshake client = new NoiseClientHandshake(
                NoiseVectors.key("clientStatic"),
                new CertificateVerifier(CertificateVerifier.serviceRootKey(), NoiseVectors.CLOCK),
                PAYLOAD,
                () -> NoiseVectors.key("clientEphemeral"));
        client.clientHello();
        assertThatThrownBy(() -> client.onServerHello(serverHello())).isInstanceOf(ServerNotTrustedException.class);
    }

    @Test
    void givenLowOrderEphemeral_whenTakenByEitherSide_thenProtocolViolation() {
        HandshakeMessage fromServer = parse(serverHello());
        HandshakeMessage.Builder hostile = fromServer.toBuilder();
        hostile.getServerHelloBuilder().setEphemeral(ByteString.copyFrom(new byte[32]));
        NoiseClientHandshake client = greetingClient();
        assertThatThrownBy(() -> client.onServerHello(hostile.build().toByteArray()))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("low order");

        HandshakeMessage.Builder fromClient = parse(NoiseVectors.client().clientHello()).toBuilder();
        fromClient.getClientHelloBuilder().setEphemeral(ByteString.copyFrom(new byte[32]));
        assertThatThrownBy(() ->
                        NoiseVectors.server().onClientHello(fromClient.build().toByteArray()))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("low order");
    }

    @Test
    void pairedClientResumesByIk_whenDeclined_thenBothGoOnAsXxFallback() {
        KeyPair clientStatic = Curve25519.generate();
        KeyPair serverStatic = Curve25519.generate();
        CertificateIssuer issuer = CertificateIssuer.generate(Instant.EPOCH, Instant.parse("2100-01-01T00:00:00Z"));
        NoiseServerHandshake server = new NoiseServerHandshake(serverStatic, issuer.chainFor(serverStatic.publicKey()));
        KeyPair e = Curve25519.generate();
        byte[] resuming = HandshakeMessage.newBuilder()
                .setClientHello(HandshakeMessage.ClientHello.newBuilder()
                        .setEphemeral(ByteString.copyFrom(e.publicKey()))
                        .setStatic(ByteString.copyFrom(new byte[48]))
                        .setPayload(ByteString.copyFrom(new byte[80])))
                .build()
                .toByteArray();

        HandshakeMessage.ServerHello hello =
                parse(server.onClientHello(resuming)).getServerHello();

        // The client's side, written out from the rules.
        SymmetricState client = new SymmetricState("Noise_XXfallback_25519_AESGCM_SHA256".getBytes(US_ASCII));
        client.mixHash(NoiseIntro.header());
        client.mixHash(e.publicKey());
        byte[] serverEphemeral = hello.getEphemeral().toByteArray();
        client.mixHash(serverEphemeral);
        client.mixKey(Curve25519.agree(e.privateKey(), serverEphemeral));
        assertThat(client.decryptAndHash(hello.getStatic().toByteArray())).isEqualTo(serverStatic.publicKey());
        client.mixKey(Curve25519.agree(e.privateKey(), serverStatic.publicKey()));
        client.decryptAndHash(hello.getPayload().toByteArray());
        byte[] sealedStatic = client.encryptAndHash(clientStatic.publicKey());
        client.mixKey(Curve25519.agree(clientStatic.privateKey(), serverEphemeral));
        byte[] sealedPayload = client.encryptAndHash(PAYLOAD);
        NoiseClientIdentity identity = server.onClientFinish(HandshakeMessage.newBuilder()
                .setClientFinish(HandshakeMessage.ClientFinish.newBuilder()
                        .setStatic(ByteString.copyFrom(sealedStatic))
                        .setPayload(ByteString.copyFrom(sealedPayload)))
                .build()
                .toByteArray());

        assertThat(identity.clientStatic()).isEqualTo(clientStatic.publicKey());
        assertThat(identity.payload()).isEqualTo(PAYLOAD);
        assertThat(server.state().h()).isEqualTo(client.h());
    }

    @Test
    void givenTheWrongMessage_whenTaken_thenProtocolViolation() {
        byte[] clientHello = NoiseVectors.client().clientHello();
        assertThatThrownBy(() -> greetingClient().onServerHello(clientHello))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("not a server hello");
        assertThatThrownBy(() -> NoiseVectors.server().onClientHello(serverHello()))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("not a client hello");
        NoiseServerHandshake server = NoiseVectors.server();
        server.onClientHello(clientHello);
        assertThatThrownBy(() -> server.onClientFinish(clientHello))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("not a client finish");
    }

    @Test
    void givenStepsOutOfOrder_whenCalled_thenIllegalState() {
        assertThatThrownBy(() -> NoiseVectors.client().onServerHello(serverHello()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> greetingClient().split()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> greetingClient().clientHello()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> NoiseVectors.server().onClientFinish(new byte[1]))
                .isInstanceOf(IllegalStateException.class);
        NoiseClientHandshake finished = greetingClient();
        finished.onServerHello(serverHello());
        finished.split();
        assertThatThrownBy(finished::split).isInstanceOf(IllegalStateException.class);
    }

    private static NoiseClientHandshake greetingClient() {
        NoiseClientHandshake client = NoiseVectors.client();
        client.clientHello();
        return client;
    }

    private static byte[] serverHello() {
        return NoiseVectors.hex(NoiseVectors.transcript(0).get("serverHello"), "protobuf");
    }

    private static HandshakeMessage parse(byte[] message) {
        try {
            return HandshakeMessage.parseFrom(message);
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
