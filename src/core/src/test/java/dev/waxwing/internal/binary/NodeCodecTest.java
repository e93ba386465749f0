package dev.waxwing.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.model.Jid;
import dev.waxwing.vectors.Vectors;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeCodecTest {

    private static final Node PING = Node.builder("iq")
            .attr("to", Jid.SERVER)
            .attr("id", "27215.44910-3")
            .child(Node.builder("ping").build())
            .build();

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final List<Throwable> caught = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void openChannel() {
        channel.config().setAllocator(allocator);
        channel.pipeline().addLast(new NodeCodec(), new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                caught.add(cause);
            }
        });
    }

    @AfterEach
    void closeChannelAndRequireNoLeak() {
        channel.finishAndReleaseAll();
        assertThat(allocator.metric().usedHeapMemory()).as("heap bytes held").isZero();
        assertThat(allocator.metric().usedDirectMemory())
                .as("direct bytes held")
                .isZero();
    }

    @Test
    void givenFrame_whenRead_thenNodeComesOutAndBufferIsReleased() {
        ByteBuf frame = allocator.buffer();
        NodeEncoder.encode(PING, frame);

        channel.writeInbound(frame);

        assertThat(frame.refCnt()).isZero();
        assertThat(channel.<Node>readInbound()).isEqualTo(PING);
        assertThat(caught).isEmpty();
    }

    @Test
    void givenCompressedFrame_whenRead_thenNodeComesOut() {
        ByteBuf frame = allocator.directBuffer();
        NodeEncoder.encodeCompressed(PING, frame);
        assertThat(frame.getByte(0)).isEqualTo((byte) WireTag.FLAG_COMPRESSED);

        channel.writeInbound(frame);

        assertThat(frame.refCnt()).isZero();
        assertThat(channel.<Node>readInbound()).isEqualTo(PING);
    }

    @Test
    void givenUndecodableFrames_whenRead_thenEachIsReportedAndTheNextNodeStillComes() {
        int refused = 0;
        for (JsonNode vector : Vectors.load("binary-decode.json").get("reject")) {
            if (vector.get("name").textValue().equals("bad-utf8-string")) {
                continue; // read with U+FFFD in place
            }
            ByteBuf frame = allocator.buffer().writeBytes(NodeVectors.bytes(vector));
            channel.writeInbound(frame);
            assertThat(frame.refCnt()).isZero();
            refused++;
        }
        assertThat(refused).isEqualTo(44);
        assertThat(caught).hasSize(44).hasOnlyElementsOfType(ProtocolViolationException.class);
        assertThat(channel.<Object>readInbound()).isNull();
        assertThat(channel.isOpen()).isTrue();

        channel.writeInbound(allocator.buffer().writeBytes(NodeVectors.encode(PING)));
        assertThat(channel.<Node>readInbound()).isEqualTo(PING);
    }

    @Test
    void givenNode_whenWritten_thenFrameBodyGoesOut() {
        channel.writeOutbound(PING);

        ByteBuf frame = channel.readOutbound();
        assertThat(ByteBufUtil.hexDump(frame)).isEqualTo("00f8061911fa000308ff87272" + "15b44910a3f" + "f801f80156");
        assertThat(frame.refCnt()).isEqualTo(1);
        frame.release();
    }

    @Test
    void givenLargeNode_whenWritten_thenItsBufferDidNotGrow() {
        Node large = Node.builder("message")
                .attr("id", "3EB0C767D82B6C8F1D2E")
                .child(Node.builder("enc").bytes(new byte[300_000]).build())
                .child(Node.builder("body").text("x".repeat(1000)).build())
                .build();

        channel.writeOutbound(large);

        ByteBuf frame = channel.readOutbound();
        assertThat(frame.capacity()).isBetween(frame.readableBytes(), frame.readableBytes() + 256);
        assertThat(NodeDecoder.decode(frame).child("enc")).isEqualTo(large.child("enc"));
        frame.release();
    }

    @Test
    void givenNodeThatCannotBeWritten_whenWritten_thenItsPromiseFailsAndTheChannelGoesOn() {
        Node wrong = Node.builder("message")
                .attr("to", Jid.parse("1@unknown.server"))
                .build();

        ChannelFuture write = channel.writeOneOutbound(wrong);

        assertThat(write.cause()).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("known server");
        assertThat(channel.<Object>readOutbound()).isNull();
        assertThat(caught).isEmpty();
        channel.writeOutbound(PING);
        channel.<ByteBuf>readOutbound().release();
    }

    @Test
    void givenOtherMessages_whenTheyPass_thenTheyAreLeftAlone() {
        channel.writeInbound("event");
        channel.writeOutbound("control");

        assertThat(channel.<Object>readInbound()).isEqualTo("event");
        assertThat(channel.<Object>readOutbound()).isEqualTo("control");
    }
}
