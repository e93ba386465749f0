package dev.waxwing.internal.noise;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.crypto.AesGcm;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.Objects;

/**
 * The transport phase: opens every frame that arrives and seals every {@code ByteBuf} that is written. The one place
 * where frames are sealed; it runs on the event loop, so the counters follow the order on the wire.
 *
 * <p>AES-256-GCM without additional data, one message a frame (observed). After the first frame that does not open, a
 * {@link ProtocolViolationException} goes up the pipeline, the channel is closed and later frames are dropped: the
 * counters of the two sides can no longer agree. When a counter is used up, a {@link ConnectionLostException} does the
 * same.
 */
public final class NoiseFrameCodec extends ChannelDuplexHandler {

    /** Longest plaintext of a frame, in bytes: 2^24 - 1 less the tag. */
    public static final int MAX_PLAINTEXT_BYTES = FrameLengthCodec.MAX_PAYLOAD_BYTES - AesGcm.TAG_BYTES;

    private final NoiseTransport transport;
    private boolean broken;

    /**
     * Creates the codec for the keys of one connection.
     *
     * @param transport the two ciphers, owned by this codec from here on
     */
    public NoiseFrameCodec(NoiseTransport transport) {
        this.transport = Objects.requireNonNull(transport, "transport");
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (!(msg instanceof ByteBuf frame)) {
            ctx.fireChannelRead(msg);
            return;
        }
        if (broken) {
            frame.release();
            return;
        }
        ByteBuf plaintext;
        try {
            plaintext = open(ctx, frame);
        } catch (WaxwingException e) {
            fail(ctx, e);
            return;
        } finally {
            frame.release();
        }
        ctx.fireChannelRead(plaintext);
    }

    private ByteBuf open(ChannelHandlerContext ctx, ByteBuf frame) {
        // On the heap, because the node decoder reads it byte by byte.
        ByteBuf plaintext = ctx.alloc().heapBuffer(Math.max(0, frame.readableBytes() - AesGcm.TAG_BYTES));
        boolean opened = false;
        try {
            transport.read().open(frame, plaintext);
            opened = true;
            return plaintext;
        } finally {
            if (!opened) {
                plaintext.release();
            }
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (!(msg instanceof ByteBuf plaintext)) {
            ctx.write(msg, promise); // a control message of the layer below, such as a close frame
            return;
        }
        SealedFrame sealed;
        try {
            sealed = seal(ctx, plaintext);
        } catch (IllegalArgumentException e) {
            promise.tryFailure(e);
            return;
        } catch (WaxwingException e) {
            promise.tryFailure(e);
            fail(ctx, e);
            return;
        } finally {
            plaintext.release();
        }
        ctx.write(sealed, promise);
    }

    private SealedFrame seal(ChannelHandlerContext ctx, ByteBuf plaintext) {
        if (broken) {
            throw new ConnectionLostException("the connection failed and is closing");
        }
        int length = plaintext.readableBytes();
        if (length > MAX_PLAINTEXT_BYTES) {
            throw new IllegalArgumentException(
                    "frame must be at most " + MAX_PLAINTEXT_BYTES + " bytes but was " + length);
        }
        int sealedLength = length + AesGcm.TAG_BYTES;
        ByteBuf framed = ctx.alloc().buffer(FrameLengthCodec.PREFIX_BYTES + sealedLength);
        boolean done = false;
        try {
            framed.writeMedium(sealedLength);
            transport.write().seal(plaintext, framed);
            done = true;
            return new SealedFrame(framed);
        } finally {
            if (!done) {
                framed.release();
            }
        }
    }

    private void fail(ChannelHandlerContext ctx, WaxwingException cause) {
        if (!broken) {
            broken = true;
            ctx.fireExceptionCaught(cause);
            ctx.close();
        }
    }
}
