package dev.waxwing.internal.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ServerNotTrustedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.proto.wa6.HandshakeMessage;
import dev.waxwing.testkit.noise.CertificateIssuer;
import dev.waxwing.testkit.noise.NoiseClientIdentity;
import dev.waxwing.testkit.noise.NoiseCourse;
import dev.waxwing.testkit.noise.NoiseServerHandshake;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A client that met the server before: IK where the server takes it, XXfallback where it does not. */
class NoiseResumptionTest {

    private static final byte[] PAYLOAD = {1, 2, 3, 4, 5};
    private static final Instant UNTIL = Instant.parse("2100-01-01T00:00:00Z");
    private static final CertificateIssuer ISSUER = CertificateIssuer.generate(Instant.EPOCH, UNTIL);
    private static final KeyPair CLIENT = Curve25519.generate();
    private static final KeyPair SERVER = Curve25519.generate();
    private static final byte[] CHAIN = ISSUER.chainFor(SERVER.publicKey());
    private static final KeyPair NEW_SERVER = Curve25519.generate();
    private static final byte[] NEW_CHAIN = ISSUER.chainFor(NEW_SERVER.publicKey());

    @Test
    void givenServerMetBefore_whenTheClientResumes_thenTwoMessagesDo() {
        NoiseClientHandshake client = client();
        NoiseServerHandshake server = server();

        byte[] hello = server.onClientHello(client.clientHello());

        NoiseClientIdentity identity = server.resumed().orElseThrow();
        assertThat(identity.clientStatic()).isEqualTo(CLIENT.publicKey());
        assertThat(identity.payload()).isEqualTo(PAYLOAD);
        assertThat(parse(hello).getServerHello().hasStatic()).isFalse();
        assertThat(client.onServerHello(hello)).as("a third message").isNull();
        assertThat(server.course()).isEqualTo(new NoiseCourse("IK", 2));
        assertThat(client.certChain()).as("nothing new was verified").isEmpty();
        assertTalk(client.split(), server.split());
    }

    @Test
    void givenServerMetNever_whenConnected_thenThreeMessagesAndTheChainIsKept() {
        NoiseClientHandshake client = newClient();
        NoiseServerHandshake server = server();

        byte[] hello = server.onClientHello(client.clientHello());
        assertThat(server.resumed()).isEmpty();
        server.onClientFinish(client.onServerHello(hello));

        assertThat(server.course()).isEqualTo(new NoiseCourse("XX", 3));
        assertThat(client.triedToResume()).isFalse();
        assertThat(client.certChain()).contains(CHAIN);
    }

    @Test
    void givenServerWithAnotherKeyByNow_whenTheClientResumes_thenFallbackAndTheNewChainIsVerifiedAndKept() {
        NoiseClientHandshake client = client();
        NoiseServerHandshake server = new NoiseServerHandshake(NEW_SERVER, NEW_CHAIN);

        byte[] hello = server.onClientHello(client.clientHello());
        assertThat(server.resumed()).isEmpty();
        NoiseClientIdentity identity = server.onClientFinish(client.onServerHello(hello));

        assertThat(identity.clientStatic()).isEqualTo(CLIENT.publicKey());
        assertThat(identity.payload()).isEqualTo(PAYLOAD);
        assertThat(server.course()).isEqualTo(new NoiseCourse("XXfallback", 3));
        assertThat(client.certChain()).contains(NEW_CHAIN);
        assertTalk(client.split(), server.split());
    }

    @Test
    void givenServerThatDeclines_whenTheClientResumes_thenFallback() {
        NoiseClientHandshake client = client();
        NoiseServerHandshake server = server();
        server.declineToResume();

        server.onClientFinish(client.onServerHello(server.onClientHello(client.clientHello())));

        assertThat(server.course()).isEqualTo(new NoiseCourse("XXfallback", 3));
        assertTalk(client.split(), server.split());
    }

    @Test
    void givenForgedCertificatesInTheFallback_whenTaken_thenNotTrustedAndNothingIsKept() {
        KeyPair forger = Curve25519.generate();
        byte[][] forged = {
            // Under a root of its own, for its own key; then genuine ones that are for the real server's key.
            CertificateIssuer.generate(Instant.EPOCH, UNTIL).chainFor(forger.publicKey()), CHAIN, NEW_CHAIN, {}
        };
        for (byte[] chain : forged) {
            NoiseClientHandshake client = client();
            NoiseServerHandshake server = new NoiseServerHandshake(forger, chain);
            byte[] hello = server.onClientHello(client.clientHello());

            assertThatThrownBy(() -> client.onServerHello(hello)).isInstanceOf(ServerNotTrustedException.class);
            assertThat(client.certChain()).isEmpty();
        }
    }

    @Test
    void givenAnswerOfAnotherHandshake_whenReplayed_thenProtocolViolation() {
        NoiseClientHandshake earlier = client();
        byte[] answer = server().onClientHello(earlier.clientHello());
        NoiseClientHandshake client = client();
        client.clientHello();

        assertThatThrownBy(() -> client.onServerHello(answer))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("payload does not open");
    }

    @Test
    void givenAnyByteOfTheAnswerChangedOrCut_whenTaken_thenTypedFailure() {
        for (boolean resumes : new boolean[] {true, false}) {
            NoiseClientHandshake[] client = new NoiseClientHandshake[1];
            byte[] whole = resumes ? answer(client, server()) : answer(client, declining());
            for (int i = 0; i < whole.length; i++) {
                byte[] bad = answer(client, resumes ? server() : declining());
                int at = Math.min(i, bad.length - 1);
                bad[at] ^= 1;
                NoiseClientHandshake first = client[0];
                assertThatThrownBy(() -> first.onServerHello(bad))
                        .as("byte %d", i)
                        .isInstanceOf(WaxwingException.class);

                byte[] cut = Arrays.copyOf(answer(client, resumes ? server() : declining()), i);
                NoiseClientHandshake second = client[0];
                assertThatThrownBy(() -> second.onServerHello(cut))
                        .as("cut at %d", i)
                        .isInstanceOf(ProtocolViolationException.class);
            }
        }
    }

    @Test
    void givenAnyByteOfTheFirstMessageChanged_whenTaken_thenTheServerNeverResumes() {
        int length = client().clientHello().length;
        for (int i = 0; i < length; i++) {
            byte[] bad = client().clientHello();
            bad[Math.min(i, bad.length - 1)] ^= 1;
            NoiseServerHandshake server = server();
            try {
                server.onClientHello(bad);
            } catch (ProtocolViolationException e) {
                // Just as well.
            }
            assertThat(server.resumed()).as("byte %d", i).isEmpty();
        }
    }

    @Test
    void givenLowOrderKeyInTheAnswer_whenTaken_thenProtocolViolation() {
        NoiseClientHandshake client = client();
        HandshakeMessage.Builder answer = parse(server().onClientHello(client.clientHello())).toBuilder();
        answer.getServerHelloBuilder().setEphemeral(ByteString.copyFrom(new byte[32]));

        assertThatThrownBy(() -> client.onServerHello(answer.build().toByteArray()))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("low order");
    }

    @Test
    void givenKeptChainThatIsNotGoodAnyMore_whenConnected_thenAFullHandshakeThatNamesNoServer() {
        byte[] damaged = CHAIN.clone();
        damaged[damaged.length / 2] ^= 1;
        CertificateVerifier now = verifier(UNTIL.minusSeconds(1));
        CertificateVerifier later = verifier(UNTIL.plusSeconds(1));
        CertificateVerifier otherRoot = new CertificateVerifier(
                Curve25519.generate().publicKey(), Clock.fixed(UNTIL.minusSeconds(1), ZoneOffset.UTC));

        assertThat(asks(now, CHAIN)).isTrue();
        assertThat(asks(later, CHAIN)).as("expired").isFalse();
        assertThat(asks(otherRoot, CHAIN)).as("under another root").isFalse();
        assertThat(asks(now, damaged)).as("damaged").isFalse();
        assertThat(asks(now, new byte[0])).as("empty").isFalse();
    }

    private static boolean asks(CertificateVerifier verifier, byte[] chain) {
        NoiseClientHandshake client = new NoiseClientHandshake(CLIENT, verifier, PAYLOAD);
        client.resume(chain);
        HandshakeMessage.ClientHello hello = parse(client.clientHello()).getClientHello();
        assertThat(hello.hasStatic()).isEqualTo(client.triedToResume());
        assertThat(hello.hasPayload()).isEqualTo(client.triedToResume());
        return client.triedToResume();
    }

    /** Sends a client's first message and gives what the server answers. */
    private static byte[] answer(NoiseClientHandshake[] client, NoiseServerHandshake server) {
        client[0] = client();
        return server.onClientHello(client[0].clientHello());
    }

    private static void assertTalk(NoiseTransport client, NoiseTransport server) {
        assertThat(throughPipe(client.write(), server.read(), "to the server")).isEqualTo("to the server");
        assertThat(throughPipe(server.write(), client.read(), "to the client")).isEqualTo("to the client");
    }

    private static String throughPipe(CipherState write, CipherState read, String text) {
        ByteBuf sealed = Unpooled.buffer();
        write.seal(Unpooled.wrappedBuffer(text.getBytes()), sealed.ensureWritable(100));
        ByteBuf opened = Unpooled.buffer();
        read.open(sealed, opened.ensureWritable(100));
        return new String(ByteBufUtil.getBytes(opened));
    }

    private static NoiseClientHandshake client() {
        NoiseClientHandshake client = newClient();
        client.resume(CHAIN);
        return client;
    }

    private static NoiseClientHandshake newClient() {
        return new NoiseClientHandshake(CLIENT, verifier(UNTIL.minusSeconds(1)), PAYLOAD);
    }

    private static CertificateVerifier verifier(Instant now) {
        return new CertificateVerifier(ISSUER.root().publicKey(), Clock.fixed(now, ZoneOffset.UTC));
    }

    private static NoiseServerHandshake server() {
        return new NoiseServerHandshake(SERVER, CHAIN);
    }

    private static NoiseServerHandshake declining() {
        NoiseServerHandshake server = server();
        server.declineToResume();
        return server;
    }

    private static HandshakeMessage parse(byte[] message) {
        try {
            return HandshakeMessage.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
