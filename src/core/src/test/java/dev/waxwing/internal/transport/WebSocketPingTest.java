package dev.waxwing.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Row M3: pings of a server that does not read. */
final class WebSocketPingTest {

    private static final int PINGS = 2_000_000;

    private final EmbeddedChannel channel = new EmbeddedChannel(
            new WebSocketByteStream(TransportConfig.builder().build()));

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void m3_givenAChannelThatNeverBecomesWritable_whenTwoMillionPingsCome_thenOnlyTheNewestPongIsKept() {
        writable(false);
        ByteBuf last = Unpooled.EMPTY_BUFFER;

        for (int i = 0; i < PINGS; i++) {
            ByteBuf ping = Unpooled.buffer(4).writeInt(i);
            channel.writeInbound(new PingWebSocketFrame(ping));
            assertThat(last == Unpooled.EMPTY_BUFFER || last.refCnt() == 0).isTrue();
            last = ping;
        }

        assertThat(channel.outboundMessages()).isEmpty();
        assertThat(channel.unsafe().outboundBuffer().size()).isZero();
        writable(true);
        channel.runPendingTasks();
        PongWebSocketFrame pong = channel.readOutbound();
        assertThat(pong.content().readInt()).isEqualTo(PINGS - 1);
        pong.release();
        assertThat(channel.<Object>readOutbound()).isNull();
    }

    @Test
    void m3_givenAnUnwrittenPong_whenTheChannelCloses_thenItsBytesAreReleased() {
        writable(false);
        ByteBuf ping = Unpooled.buffer(4).writeInt(1);
        channel.writeInbound(new PingWebSocketFrame(ping));

        channel.close();

        assertThat(ping.refCnt()).isZero();
    }

    private void writable(boolean writable) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
        channel.runPendingTasks();
    }
}
