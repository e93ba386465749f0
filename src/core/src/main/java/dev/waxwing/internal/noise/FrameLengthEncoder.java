package dev.waxwing.internal.noise;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/** The writing half of {@link FrameLengthCodec}. */
final class FrameLengthEncoder extends ChannelOutboundHandlerAdapter {

    private byte @Nullable [] intro;

    FrameLengthEncoder(byte @Nullable [] intro) {
        this.intro = intro;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (msg instanceof SealedFrame sealed) {
            writeWithIntro(ctx, sealed.content(), promise);
        } else if (msg instanceof ByteBuf payload) {
            writePrefixed(ctx, payload, promise);
        } else {
            ctx.write(msg, promise); // a control message of the layer below, such as a close frame
        }
    }

    /** Only handshake messages come here, so the copy is paid twice per connection. */
    private void writePrefixed(ChannelHandlerContext ctx, ByteBuf payload, ChannelPromise promise) {
        ByteBuf framed;
        try {
            int length = payload.readableBytes();
            if (length > FrameLengthCodec.MAX_PAYLOAD_BYTES) {
                promise.setFailure(new IllegalArgumentException("frame payload must be at most "
                        + FrameLengthCodec.MAX_PAYLOAD_BYTES + " bytes but was " + length));
                return;
            }
            framed = ctx.alloc().buffer(FrameLengthCodec.PREFIX_BYTES + length);
            framed.writeMedium(length).writeBytes(payload);
        } finally {
            payload.release();
        }
        writeWithIntro(ctx, framed, promise);
    }

    private void writeWithIntro(ChannelHandlerContext ctx, ByteBuf framed, ChannelPromise promise) {
        byte[] first = intro;
        if (first == null) {
            ctx.write(framed, promise);
            return;
        }
        intro = null;
        ByteBuf whole;
        try {
            whole = ctx.alloc().buffer(first.length + framed.readableBytes());
            whole.writeBytes(first).writeBytes(framed);
        } finally {
            framed.release();
        }
        ctx.write(whole, promise);
    }
}
