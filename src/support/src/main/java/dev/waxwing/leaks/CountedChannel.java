package dev.waxwing.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An embedded channel that counts every byte of buffer memory, so that a test can prove nothing leaked. */
public final class CountedChannel {

    /** Where its buffers come from. */
    public final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    /** The channel itself. */
    public final EmbeddedChannel channel = new EmbeddedChannel();
    /** What handlers let through as failures. */
    public final List<Throwable> caught = new ArrayList<>();
    /** What handlers fired as events. */
    public final List<Object> events = new ArrayList<>();

    /** Makes a channel with these handlers, the first nearest to the socket. */
    public CountedChannel(ChannelHandler... handlers) {
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

    /** A counted buffer with these bytes. */
    public ByteBuf buffer(byte[] bytes) {
        return allocator.buffer(Math.max(1, bytes.length)).writeBytes(bytes);
    }

    /** Delivers bytes as if the socket had read them. */
    public void receive(byte[] bytes) {
        channel.writeInbound(buffer(bytes));
    }

    /** Delivers the bytes in two messages. */
    public void receive(byte[] bytes, int cut) {
        receive(Arrays.copyOf(bytes, cut));
        receive(Arrays.copyOfRange(bytes, cut, bytes.length));
    }

    /** All bytes written to the socket since the last call. */
    public byte[] sent() {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            joined.writeBytes(ByteBufUtil.getBytes(next));
            next.release();
        }
        return joined.toByteArray();
    }

    /** What came out at the top since the last call. */
    public List<byte[]> received() {
        List<byte[]> all = new ArrayList<>();
        for (ByteBuf next = channel.readInbound(); next != null; next = channel.readInbound()) {
            all.add(ByteBufUtil.getBytes(next));
            next.release();
        }
        return all;
    }

    /** Closes the channel; every buffer must be released by then. */
    public void closeAndRequireNoLeak() {
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
