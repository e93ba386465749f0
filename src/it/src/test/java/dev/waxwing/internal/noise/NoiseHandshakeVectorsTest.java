package dev.waxwing.internal.noise;

import static dev.waxwing.internal.noise.NoiseVectors.hex;
import static dev.waxwing.internal.noise.NoiseVectors.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.error.ServerNotTrustedException;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.testkit.noise.NoiseClientIdentity;
import dev.waxwing.testkit.noise.NoiseServerHandshake;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** All of noise-handshake.json: both transcripts with every state, the frames, the cuts and the twelve chains. */
class NoiseHandshakeVectorsTest {

    @Test
    void givenTheFile_whenCounted_thenAllOfItIsTested() {
        assertThat(NoiseVectors.FILE.get("transcripts").size()
                        + NoiseVectors.FILE.get("certChecks").size())
                .isEqualTo(14)
                .isEqualTo(NoiseVectors.FILE.get("count").asInt());
        assertThat(CertificateVerifier.serviceRootKey()).isEqualTo(hex(NoiseVectors.FILE, "realRootPublicKey"));
    }

    @TestFactory
    Stream<DynamicTest> givenTranscript_whenReplayedStepByStep_thenEveryStateIsTheSame() {
        return transcripts(transcript -> {
            SymmetricState state = null;
            int checked = 0;
            for (JsonNode step : transcript.get("states")) {
                String name = step.get("step").asText();
                if (name.startsWith("start")) {
                    state = new SymmetricState(hex(step, "h"));
                } else if (name.startsWith("mixHash")) {
                    state.mixHash(hex(step, "data"));
                } else if (name.startsWith("mixKey")) {
                    byte[] shared = agreement(name);
                    assertThat(shared).as(name).isEqualTo(hex(step, "sharedSecret"));
                    state.mixKey(shared);
                } else if (name.startsWith("encrypt")) {
                    assertOperation(state, step);
                    assertThat(state.encryptAndHash(hex(step, "plaintext"))).isEqualTo(hex(step, "ciphertext"));
                } else if (name.startsWith("decrypt")) {
                    assertOperation(state, step);
                    assertThat(state.decryptAndHash(hex(step, "ciphertext"))).isEqualTo(hex(step, "plaintext"));
                } else {
                    throw new AssertionError("unknown step " + name);
                }
                assertState(state, step);
                checked++;
            }
            assertThat(checked).isEqualTo(11);
            byte[][] keys = state.split();
            assertThat(keys[0]).isEqualTo(hex(transcript.get("split"), "clientWriteKey"));
            assertThat(keys[1]).isEqualTo(hex(transcript.get("split"), "clientReadKey"));
        });
    }

    @TestFactory
    Stream<DynamicTest> givenTranscript_whenClientRuns_thenSameMessagesAndStates() {
        return transcripts(transcript -> {
            NoiseClientHandshake client = NoiseVectors.client();
            JsonNode states = transcript.get("states");
            assertState(client.state(), states.get(1));
            byte[] hello = client.clientHello();
            assertThat(hello).isEqualTo(hex(transcript.get("clientHello"), "protobuf"));
            assertState(client.state(), states.get(2));
            byte[] finish = client.onServerHello(hex(transcript.get("serverHello"), "protobuf"));
            assertThat(finish).isEqualTo(hex(transcript.get("clientFinish"), "protobuf"));
            assertState(client.state(), states.get(10));
        });
    }

    @TestFactory
    Stream<DynamicTest> givenTranscript_whenServerRuns_thenSameMessagesAndStates() {
        return transcripts(transcript -> {
            NoiseServerHandshake server = NoiseVectors.server();
            assertThat(server.onClientHello(hex(transcript.get("clientHello"), "protobuf")))
                    .isEqualTo(hex(transcript.get("serverHello"), "protobuf"));
            NoiseClientIdentity client = server.onClientFinish(hex(transcript.get("clientFinish"), "protobuf"));
            assertThat(client.clientStatic()).isEqualTo(key("clientStatic").publicKey());
            assertThat(client.payload()).isEqualTo(hex(transcript.get("clientFinish"), "clientPayload"));
            assertState(server.state(), transcript.get("states").get(10));
        });
    }

    @TestFactory
    Stream<DynamicTest> givenTranscript_whenRunInAPipeline_thenSameBytesOnTheWire() {
        return transcripts(transcript -> {
            byte[] routing = transcript.hasNonNull("routingInfo") ? hex(transcript, "routingInfo") : null;
            NoiseClientHandshakeHandler handler =
                    new NoiseClientHandshakeHandler(NoiseVectors.client(), NoiseHandshakeHandler.DEFAULT_TIMEOUT);
            EmbeddedChannel channel = new EmbeddedChannel(FrameLengthCodec.client(routing), handler);
            assertThat(readOutbound(channel)).isEqualTo(hex(transcript.get("clientHello"), "wire"));
            channel.writeInbound(Unpooled.wrappedBuffer(hex(transcript.get("serverHello"), "wire")));
            assertThat(readOutbound(channel)).isEqualTo(hex(transcript.get("clientFinish"), "wire"));
            assertThat(handler.done()).isCompleted();

            for (JsonNode frame : transcript.get("clientFrames")) {
                channel.writeOutbound(Unpooled.wrappedBuffer(hex(frame, "plaintext")));
                assertThat(readOutbound(channel)).isEqualTo(hex(frame, "wire"));
            }
            for (JsonNode frame : transcript.get("serverFrames")) {
                channel.writeInbound(Unpooled.wrappedBuffer(hex(frame, "wire")));
                assertThat(readInbound(channel)).isEqualTo(hex(frame, "plaintext"));
            }
            assertThat(channel.finishAndReleaseAll()).isFalse();
        });
    }

    @TestFactory
    Stream<DynamicTest> givenReassemblyCuts_whenDecoded_thenAllFramesOpen() {
        return transcripts(transcript -> {
            JsonNode reassembly = transcript.get("reassembly");
            byte[] wire = hex(reassembly, "concatenatedWire");
            List<Integer> cuts = new ArrayList<>();
            reassembly.get("cutAt").forEach(cut -> cuts.add(cut.asInt()));
            cuts.add(wire.length);
            EmbeddedChannel channel = new EmbeddedChannel(
                    FrameLengthCodec.client(null),
                    new NoiseFrameCodec(new NoiseTransport(
                            new CipherState(hex(transcript.get("split"), "clientWriteKey")),
                            new CipherState(hex(transcript.get("split"), "clientReadKey")))));
            int from = 0;
            for (int cut : cuts) {
                channel.writeInbound(Unpooled.wrappedBuffer(Arrays.copyOfRange(wire, from, cut)));
                from = cut;
            }
            List<byte[]> opened = new ArrayList<>();
            while (!channel.inboundMessages().isEmpty()) {
                opened.add(readInbound(channel));
            }
            assertThat(opened).hasSize(reassembly.get("expectFrames").asInt());
            for (int i = 0; i < opened.size(); i++) {
                assertThat(opened.get(i))
                        .isEqualTo(hex(transcript.get("serverFrames").get(i), "plaintext"));
            }
            channel.finishAndReleaseAll();
        });
    }

    @TestFactory
    Stream<DynamicTest> givenChain_whenTheClientMeetsItInTheHandshake_thenJudgedAsTheStrictestPeer() {
        return NoiseVectors.FILE
                .get("certChecks")
                .valueStream()
                .map(check -> DynamicTest.dynamicTest(check.get("name").asText(), () -> {
                    NoiseClientHandshake client = NoiseVectors.client();
                    client.clientHello();
                    byte[] serverHello = hex(check, "serverHelloProtobuf");
                    if (check.get("expect").asText().equals("accept")) {
                        assertThatCode(() -> client.onServerHello(serverHello)).doesNotThrowAnyException();
                        return;
                    }
                    assertThatThrownBy(() -> client.onServerHello(serverHello))
                            .isInstanceOf(ServerNotTrustedException.class)
                            .hasMessageContaining(
                                    expectedReason(check.get("name").asText()));
                }));
    }

    /** Every chain must be refused for its own fault, not for another that hides it. */
    private static String expectedReason(String name) {
        return switch (name) {
            case "leaf-signature-altered", "leaf-signed-by-other-intermediate" -> "signature of the leaf";
            case "intermediate-signature-altered", "intermediate-signed-by-other-root" ->
                "signature of the intermediate";
            case "intermediate-issuer-serial-1" -> "issuer is not the root but serial 1";
            case "leaf-issuer-serial-mismatch" -> "issuer is serial 8 but the intermediate is 7";
            case "leaf-key-is-not-server-static" -> "for another key";
            case "expired" -> "expired at second";
            case "not-yet-valid" -> "not valid before second";
            case "leaf-missing" -> "no leaf";
            case "intermediate-missing" -> "no intermediate";
            default -> throw new AssertionError("no reason known for " + name);
        };
    }

    private interface TranscriptTest {
        void run(JsonNode transcript);
    }

    private static Stream<DynamicTest> transcripts(TranscriptTest test) {
        return NoiseVectors.FILE
                .get("transcripts")
                .valueStream()
                .map(row -> DynamicTest.dynamicTest(row.get("name").asText(), () -> test.run(row)));
    }

    private static byte[] agreement(String step) {
        if (step.startsWith("mixKey(ee")) {
            return Curve25519.agree(
                    key("clientEphemeral").privateKey(), key("serverEphemeral").publicKey());
        }
        if (step.startsWith("mixKey(es")) {
            return Curve25519.agree(
                    key("clientEphemeral").privateKey(), key("serverStatic").publicKey());
        }
        return Curve25519.agree(
                key("clientStatic").privateKey(), key("serverEphemeral").publicKey());
    }

    private static void assertOperation(SymmetricState state, JsonNode step) {
        assertThat(state.k()).isEqualTo(hex(step, "key"));
        assertThat(state.n()).isEqualTo(step.get("counter").asLong());
        assertThat(CipherState.nonce(state.n())).isEqualTo(hex(step, "iv"));
        assertThat(state.h()).isEqualTo(hex(step, "aad"));
    }

    private static void assertState(SymmetricState state, JsonNode step) {
        String name = step.get("step").asText();
        assertThat(state.h()).as(name).isEqualTo(hex(step, "h"));
        assertThat(state.ck()).as(name).isEqualTo(hex(step, "ck"));
        assertThat(state.k()).as(name).isEqualTo(hex(step, "k"));
        assertThat(state.n()).as(name).isEqualTo(step.get("n").asLong());
    }

    private static byte[] readOutbound(EmbeddedChannel channel) {
        byte[] joined = new byte[0];
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            joined = Bytes.concat(joined, ByteBufUtil.getBytes(next));
            assertThat(next.release()).isTrue();
        }
        return joined;
    }

    private static byte[] readInbound(EmbeddedChannel channel) {
        ByteBuf next = channel.readInbound();
        byte[] bytes = ByteBufUtil.getBytes(next);
        assertThat(next.release()).isTrue();
        return bytes;
    }
}
