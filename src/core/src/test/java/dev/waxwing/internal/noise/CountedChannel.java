package dev.waxwing.internal.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.crypto.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An embedded channel that counts every byte of buffer memory, so that a test can prove nothing leaked. */
final class CountedChannel {

    final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    final EmbeddedChannel channel = new EmbeddedChannel();
    final List<Throwable> caught = new ArrayList<>();
    final List<Object> events = new ArrayList<>();

    CountedChannel(ChannelHandler... handlers) {
        channel.config().setAllocator(allocator);
        channel.pipeline().addLast(handlers);
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                caught.add(cause);
            }

            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                events.add(event);
            }
        });
    }

    ByteBuf buffer(byte[] bytes) {
        return allocator.buffer(Math.max(1, bytes.length)).writeBytes(bytes);
    }

    void receive(byte[] bytes) {
        channel.writeInbound(buffer(bytes));
    }

    /** Delivers the bytes in two messages. */
    void receive(byte[] bytes, int cut) {
        receive(Arrays.copyOf(bytes, cut));
        receive(Arrays.copyOfRange(bytes, cut, bytes.length));
    }

    /** All bytes written to the socket since the last call. */
    byte[] sent() {
        byte[] joined = new byte[0];
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            joined = Bytes.concat(joined, ByteBufUtil.getBytes(next));
            next.release();
        }
        return joined;
    }

    /** What came out at the top since the last call. */
    List<byte[]> received() {
        List<byte[]> all = new ArrayList<>();
        for (ByteBuf next = channel.readInbound(); next != null; next = channel.readInbound()) {
            all.add(ByteBufUtil.getBytes(next));
            next.release();
        }
        return all;
    }

    /** Closes the channel; every buffer must be released by then. */
    void closeAndRequireNoLeak() {
        sent();
        received();
        channel.finishAndReleaseAll();
        assertThat(allocator.metric().usedHeapMemory())
                .as("heap bytes still held")
                .isZero();
        assertThat(allocator.metric().usedDirectMemory())
                .as("direct bytes still held")
                .isZero();
    }
}
