package dev.waxwing.internal.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ServerNotTrustedException;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.leaks.CountedChannel;
import dev.waxwing.testkit.noise.NoiseClientIdentity;
import dev.waxwing.testkit.noise.NoiseServerHandshakeHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The handshake in the pipeline, both sides, over two embedded channels. */
class NoiseHandshakeHandlerTest {

    private static final byte[] PAYLOAD = NoiseVectors.clientPayload();
    private static final byte[] HELLO = {1, 2, 3};

    @Test
    void givenBothSides_whenConnectedByteByByte_thenTheyTalk() {
        List<NoiseClientIdentity> clients = new ArrayList<>();
        Side server = server(clients::add);
        Side client = client();
        for (int round = 0; round < 2; round++) {
            receiveBytewise(server, client.wire.sent());
            receiveBytewise(client, server.wire.sent());
        }
        assertThat(client.handler.done()).isCompleted();
        assertThat(server.handler.done()).isCompleted();
        assertThat(clients).singleElement().satisfies(identity -> {
            assertThat(identity.clientStatic())
                    .isEqualTo(NoiseVectors.key("clientStatic").publicKey());
            assertThat(identity.payload()).isEqualTo(PAYLOAD);
        });
        client.wire.channel.writeOutbound(client.wire.buffer(HELLO));
        receiveBytewise(server, client.wire.sent());
        assertThat(server.wire.received()).containsExactly(HELLO);
        server.wire.channel.writeOutbound(server.wire.buffer(HELLO));
        receiveBytewise(client, server.wire.sent());
        assertThat(client.wire.received()).containsExactly(HELLO);
        assertThat(client.wire.channel.pipeline().get(NoiseClientHandshakeHandler.class))
                .isNull();
        assertThat(server.wire.channel.pipeline().get(NoiseServerHandshakeHandler.class))
                .isNull();
        client.closeAndRequireNoLeak();
        server.closeAndRequireNoLeak();
    }

    @Test
    void givenFramesInTheSameMessageAsTheFinish_whenTheServerReads_thenTheyAreOpened() {
        Side server = server(client -> {});
        Side client = client();
        server.wire.receive(client.wire.sent());
        client.wire.receive(server.wire.sent());
        byte[] finish = client.wire.sent();
        client.wire.channel.writeOutbound(client.wire.buffer(HELLO));
        server.wire.receive(Bytes.concat(finish, client.wire.sent()));
        assertThat(server.wire.received()).containsExactly(HELLO);
        client.closeAndRequireNoLeak();
        server.closeAndRequireNoLeak();
    }

    @Test
    void givenAServerThatAnswersWithinTheWriteOfTheFinish_whenTheClientHasNoKeysYet_thenFramesAreKeptAndOpened() {
        Side server = server(client -> {});
        CountedChannel[] clientWire = new CountedChannel[1];
        // Stands for a socket that delivers the server's first frames while the client is still inside its write.
        ChannelOutboundHandlerAdapter loop = new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                server.wire.channel.writeInbound(msg);
                promise.setSuccess();
                if (server.handler.done().isDone()) {
                    server.wire.channel.writeOutbound(server.wire.buffer(HELLO));
                    server.wire.channel.writeOutbound(server.wire.buffer(PAYLOAD));
                }
                byte[] answer = server.wire.sent();
                if (answer.length > 0) {
                    ctx.pipeline().fireChannelRead(ctx.alloc().buffer().writeBytes(answer));
                }
            }
        };
        NoiseClientHandshakeHandler handler =
                new NoiseClientHandshakeHandler(NoiseVectors.client(), Duration.ofSeconds(20));
        clientWire[0] = new CountedChannel(loop, FrameLengthCodec.client(null), handler);
        assertThat(handler.done()).isCompleted();
        assertThat(clientWire[0].received()).containsExactly(HELLO, PAYLOAD);
        clientWire[0].closeAndRequireNoLeak();
        server.closeAndRequireNoLeak();
    }

    @Test
    void givenTheServersCallback_whenItWritesAtOnce_thenTheClientOpensIt() {
        Side[] server = new Side[1];
        server[0] = server(client -> server[0].wire.channel.writeAndFlush(server[0].wire.buffer(HELLO)));
        Side client = client();
        server[0].wire.receive(client.wire.sent());
        client.wire.receive(server[0].wire.sent());
        server[0].wire.receive(client.wire.sent());
        client.wire.receive(server[0].wire.sent());
        assertThat(client.wire.received()).containsExactly(HELLO);
        client.closeAndRequireNoLeak();
        server[0].closeAndRequireNoLeak();
    }

    @Test
    void givenTheServersCallback_whenItThrows_thenTheConnectionEnds() {
        Side server = server(client -> {
            throw new ProtocolViolationException("the payload is not one");
        });
        Side client = client();
        server.wire.receive(client.wire.sent());
        client.wire.receive(server.wire.sent());
        server.wire.receive(client.wire.sent());
        assertFailed(server, ProtocolViolationException.class, "payload");
        client.closeAndRequireNoLeak();
        server.closeAndRequireNoLeak();
    }

    @Test
    void givenServerHelloCutAnywhereThenClosed_whenWaiting_thenConnectionLost() {
        byte[] wire = serverHello();
        for (int length = 0; length < wire.length; length += 11) {
            Side client = client();
            client.wire.receive(Arrays.copyOf(wire, length));
            client.wire.channel.close();
            assertFailed(client, ConnectionLostException.class, "closed the connection during the handshake");
            client.closeAndRequireNoLeak();
        }
    }

    @Test
    void givenCorruptServerHello_whenRead_thenViolationAndNothingMoreIsSent() {
        byte[] wire = serverHello();
        wire[60] ^= 1;
        Side client = client();
        client.wire.sent();
        client.wire.receive(Bytes.concat(wire, wire));
        assertFailed(client, ProtocolViolationException.class, "does not open");
        assertThat(client.wire.sent()).isEmpty();
        client.closeAndRequireNoLeak();
    }

    @Test
    void givenServerUnderAnotherRoot_whenRead_thenNotTrustedAndNothingMoreIsSent() {
        Side client = new Side(new NoiseClientHandshakeHandler(
                new NoiseClientHandshake(
                        NoiseVectors.key("clientStatic"),
                        new CertificateVerifier(CertificateVerifier.serviceRootKey(), NoiseVectors.CLOCK),
                        PAYLOAD,
                        () -> NoiseVectors.key("clientEphemeral")),
                Duration.ofSeconds(20)));
        client.wire.sent();
        client.wire.receive(serverHello());
        assertFailed(client, ServerNotTrustedException.class, "intermediate");
        assertThat(client.wire.sent()).isEmpty();
        client.closeAndRequireNoLeak();
    }

    @Test
    void givenSilence_whenTheDeadlinePasses_thenConnectionLost() {
        Side client = new Side(new NoiseClientHandshakeHandler(NoiseVectors.client(), Duration.ofSeconds(20)), true);
        client.wire.channel.advanceTimeBy(19_999, TimeUnit.MILLISECONDS);
        client.wire.channel.runScheduledPendingTasks();
        assertThat(client.handler.done()).isNotDone();
        client.wire.channel.advanceTimeBy(2, TimeUnit.MILLISECONDS);
        client.wire.channel.runScheduledPendingTasks();
        assertFailed(client, ConnectionLostException.class, "no handshake within PT20S");
        client.closeAndRequireNoLeak();
    }

    @Test
    void givenFinishedHandshake_whenTheDeadlinePasses_thenNothingHappens() {
        Side client = new Side(new NoiseClientHandshakeHandler(NoiseVectors.client(), Duration.ofSeconds(20)), true);
        client.wire.receive(serverHello());
        assertThat(client.handler.done()).isCompleted();
        client.wire.channel.advanceTimeBy(1, TimeUnit.HOURS);
        client.wire.channel.runScheduledPendingTasks();
        assertThat(client.wire.channel.isOpen()).isTrue();
        client.closeAndRequireNoLeak();
    }

    @Test
    void givenOversizedHandshakeMessage_whenRead_thenViolation() {
        Side client = client();
        client.wire.receive(frame(new byte[NoiseHandshakeHandler.MAX_MESSAGE_BYTES + 1]));
        assertFailed(client, ProtocolViolationException.class, "65536 bytes");
        client.closeAndRequireNoLeak();
    }

    @Test
    void givenUnfinishedHandshake_whenUpperLayersWrite_thenRefusedAndReleased() {
        Side client = client();
        client.wire.sent();
        var early = client.wire.buffer(HELLO);
        assertThat(client.wire.channel.writeAndFlush(early).cause()).isInstanceOf(IllegalStateException.class);
        assertThat(early.refCnt()).isZero();
        assertThat(client.wire.sent()).isEmpty();
        client.closeAndRequireNoLeak();
    }

    @Test
    void givenSocketFailure_whenUnfinished_thenConnectionLostWithTheCause() {
        Side client = client();
        IOException reset = new IOException("reset");
        client.wire.channel.pipeline().fireExceptionCaught(reset);
        assertFailed(client, ConnectionLostException.class, "failed during the handshake");
        assertThat(client.wire.caught).isEmpty();
        client.closeAndRequireNoLeak();
    }

    @Test
    void givenWriteFailure_whenTheHelloIsSent_thenConnectionLost() {
        ChannelOutboundHandlerAdapter deadSocket = new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                ReferenceCountUtil.release(msg);
                promise.setFailure(new IOException("broken pipe"));
            }
        };
        NoiseClientHandshakeHandler handler =
                new NoiseClientHandshakeHandler(NoiseVectors.client(), Duration.ofSeconds(20));
        CountedChannel wire = new CountedChannel(deadSocket, FrameLengthCodec.client(null), handler);
        assertThat(failure(handler.done())).isInstanceOf(ConnectionLostException.class);
        wire.closeAndRequireNoLeak();
    }

    @Test
    void givenNonPositiveTimeout_whenCreated_thenRefused() {
        assertThatThrownBy(() -> new NoiseClientHandshakeHandler(NoiseVectors.client(), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("timeout");
    }

    @Test
    void givenGarbageFromAClient_whenTheServerReads_thenViolationAndClosed() {
        Side server = server(client -> {});
        server.wire.receive(Bytes.concat(NoiseIntro.encode(null), frame(HELLO)));
        assertFailed(server, ProtocolViolationException.class, "client hello");
        server.closeAndRequireNoLeak();
    }

    @Test
    void givenAnotherBeginningThanTheIntro_whenTheServerReads_thenTheHandshakeFailsWithIt() {
        Side server = server(client -> {});
        server.wire.receive(new byte[] {'G', 'E', 'T', ' '});
        assertFailed(server, ProtocolViolationException.class, "intro");
        server.closeAndRequireNoLeak();
    }

    private static void receiveBytewise(Side side, byte[] bytes) {
        for (byte b : bytes) {
            side.wire.receive(new byte[] {b});
        }
    }

    private static byte[] serverHello() {
        return NoiseVectors.hex(NoiseVectors.transcript(0).get("serverHello"), "wire");
    }

    private static Side client() {
        return new Side(new NoiseClientHandshakeHandler(NoiseVectors.client(), Duration.ofSeconds(20)));
    }

    private static Side server(Consumer<NoiseClientIdentity> onClient) {
        return new Side(new NoiseServerHandshakeHandler(NoiseVectors.server(), onClient, Duration.ofSeconds(20)));
    }

    private static void assertFailed(Side side, Class<? extends Throwable> type, String message) {
        assertThat(failure(side.handler.done())).isInstanceOf(type).hasMessageContaining(message);
        assertThat(side.wire.channel.isOpen()).isFalse();
    }

    private static Throwable failure(CompletableFuture<Void> done) {
        assertThat(done).isCompletedExceptionally();
        return done.handle((nothing, cause) -> cause).join();
    }

    private static final class Side {

        final NoiseHandshakeHandler handler;
        final CountedChannel wire;

        Side(NoiseHandshakeHandler handler) {
            this(handler, false);
        }

        Side(NoiseHandshakeHandler handler, boolean frozen) {
            this.handler = handler;
            this.wire = new CountedChannel();
            if (frozen) {
                wire.channel.freezeTime();
            }
            FrameLengthCodec codec = handler instanceof NoiseServerHandshakeHandler
                    ? FrameLengthCodec.server()
                    : FrameLengthCodec.client(null);
            wire.channel.pipeline().addFirst("frames", codec).addAfter("frames", "handshake", handler);
        }

        void closeAndRequireNoLeak() {
            wire.closeAndRequireNoLeak();
        }
    }

    private static byte[] frame(byte[] payload) {
        int length = payload.length;
        return Bytes.concat(new byte[] {(byte) (length >> 16), (byte) (length >> 8), (byte) length}, payload);
    }
}
