package dev.waxwing.internal.binary;

import dev.waxwing.error.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/**
 * Turns decrypted frames into {@link Node}s and written nodes into frame bodies. Keeps no state, so one instance serves
 * every pipeline; messages of other types pass.
 *
 * <p>A frame that is not a node is dropped and goes up the pipeline as a {@link ProtocolViolationException}; the
 * connection stays, for the frames behind it are sound. Whoever counts such frames is above. A node that cannot be
 * written fails its promise with {@link IllegalArgumentException}.
 */
@Sharable
public final class NodeCodec extends ChannelDuplexHandler {

    /** Creates the codec. */
    public NodeCodec() {}

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (!(msg instanceof ByteBuf frame)) {
            ctx.fireChannelRead(msg);
            return;
        }
        Node node;
        try {
            node = NodeDecoder.decode(frame);
        } catch (ProtocolViolationException e) {
            ctx.fireExceptionCaught(e);
            return;
        } finally {
            frame.release();
        }
        ctx.fireChannelRead(node);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (!(msg instanceof Node node)) {
            ctx.write(msg, promise);
            return;
        }
        // On the heap: it is written byte by byte here, and the cipher below reads arrays.
        ByteBuf frame = ctx.alloc().heapBuffer(NodeEncoder.likelySize(node));
        boolean encoded = false;
        try {
            NodeEncoder.encode(node, frame);
            encoded = true;
        } catch (IllegalArgumentException e) {
            promise.tryFailure(e);
        } finally {
            if (!encoded) {
                frame.release();
            }
        }
        if (encoded) {
            ctx.write(frame, promise);
        }
    }
}
