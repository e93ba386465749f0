package dev.waxwing.testkit.traffic;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;

/** Faults below the encryption: sits between the byte stream and the frames. */
public final class FrameFaults extends ChannelDuplexHandler {

    private enum Next {
        PASS,
        CORRUPT,
        TRUNCATE
    }

    private boolean silent;
    private Next next = Next.PASS;

    /** Creates one for a connection; it does nothing until told. */
    public FrameFaults() {}

    /** Nothing is read or written from here on. */
    public void goSilent() {
        silent = true;
    }

    /** Flips a bit of the next frame that is written. */
    public void corruptNext() {
        next = Next.CORRUPT;
    }

    /** Writes half of the next frame, then closes. */
    public void truncateNext() {
        next = Next.TRUNCATE;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (silent) {
            ReferenceCountUtil.release(msg);
        } else {
            ctx.fireChannelRead(msg);
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (silent) {
            ReferenceCountUtil.release(msg);
            promise.trySuccess();
            return;
        }
        if (!(msg instanceof ByteBuf frame)) {
            ctx.write(msg, promise);
            return;
        }
        Next fault = next;
        next = Next.PASS;
        switch (fault) {
            case PASS -> ctx.write(frame, promise);
            case CORRUPT -> {
                int last = frame.writerIndex() - 1;
                frame.setByte(last, frame.getByte(last) ^ 1);
                ctx.write(frame, promise);
            }
            case TRUNCATE -> {
                ByteBuf half = frame.readRetainedSlice(frame.readableBytes() / 2);
                frame.release();
                ctx.writeAndFlush(half, promise).addListener(ChannelFutureListener.CLOSE);
            }
        }
    }
}
