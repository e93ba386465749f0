package dev.waxwing.internal.stream.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.binary.NodeCodec;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

final class NettyLinkTest {

    private final NettyLink link = new NettyLink(new StanzaLink.Receiver() {
        @Override
        public void onStanza(Node stanza) {
            throw new AssertionError("nothing was to come through");
        }

        @Override
        public void onClosed(WaxwingException reason) {}
    });
    private final EmbeddedChannel channel = new EmbeddedChannel(link.foundation(), new NodeCodec(), link);

    @Test
    void givenFrameThatHoldsNoNode_whenReceived_thenConnectionStays() {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {0, 0}));

        assertThat(channel.isOpen()).isTrue();
        channel.finishAndReleaseAll();
    }

    @Test
    void givenManyFramesThatHoldNoNode_whenReceived_thenConnectionEnds() {
        for (int i = 0; i < 17; i++) {
            assertThat(channel.isOpen()).isTrue();
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {0, 0}));
        }

        assertThat(channel.isOpen()).isFalse();
        channel.finishAndReleaseAll();
    }

    @Test
    void givenFailureBelowTheNodes_whenReported_thenConnectionEnds() {
        channel.pipeline().fireExceptionCaught(new ConnectionLostException("broken pipe"));

        assertThat(channel.isOpen()).isFalse();
        channel.finishAndReleaseAll();
    }
}
