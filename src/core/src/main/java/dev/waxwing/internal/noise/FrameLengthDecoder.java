package dev.waxwing.internal.noise;

import dev.waxwing.error.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The reading half of {@link FrameLengthCodec}. */
final class FrameLengthDecoder extends ByteToMessageDecoder {

    private static final int MARK_BYTES = 4;

    private boolean introAwaited;
    private byte @Nullable [] routingInfo;
    private boolean broken;

    FrameLengthDecoder(boolean introAwaited) {
        this.introAwaited = introAwaited;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (broken) {
            in.skipBytes(in.readableBytes());
        } else if (introAwaited) {
            readIntro(ctx, in);
        } else {
            readFrame(in, out);
        }
    }

    private static void readFrame(ByteBuf in, List<Object> out) {
        if (in.readableBytes() < FrameLengthCodec.PREFIX_BYTES) {
            return;
        }
        int length = in.getUnsignedMedium(in.readerIndex());
        if (in.readableBytes() - FrameLengthCodec.PREFIX_BYTES < length) {
            return;
        }
        in.skipBytes(FrameLengthCodec.PREFIX_BYTES);
        if (length > 0) {
            out.add(in.readRetainedSlice(length));
        }
    }

    private void readIntro(ChannelHandlerContext ctx, ByteBuf in) {
        if (in.readableBytes() < MARK_BYTES) {
            return;
        }
        byte[] mark = ByteBufUtil.getBytes(in, in.readerIndex(), MARK_BYTES);
        if (Arrays.equals(mark, NoiseIntro.header())) {
            in.skipBytes(MARK_BYTES);
            introAwaited = false;
            ctx.fireUserEventTriggered(new ClientIntroduced(routingInfo));
        } else if (routingInfo == null && Arrays.equals(mark, NoiseIntro.routingMark())) {
            readRouting(ctx, in);
        } else {
            refuse(ctx, in, "the stream does not begin with the client's intro");
        }
    }

    private void readRouting(ChannelHandlerContext ctx, ByteBuf in) {
        int headBytes = MARK_BYTES + FrameLengthCodec.PREFIX_BYTES;
        if (in.readableBytes() < headBytes) {
            return;
        }
        int length = in.getUnsignedMedium(in.readerIndex() + MARK_BYTES);
        if (length > NoiseIntro.MAX_ROUTING_BYTES) {
            refuse(
                    ctx,
                    in,
                    "routing info of " + length + " bytes, at most " + NoiseIntro.MAX_ROUTING_BYTES + " allowed");
        } else if (in.readableBytes() >= headBytes + length) {
            in.skipBytes(headBytes);
            routingInfo = new byte[length];
            in.readBytes(routingInfo);
        }
    }

    private void refuse(ChannelHandlerContext ctx, ByteBuf in, String message) {
        broken = true;
        in.skipBytes(in.readableBytes());
        ctx.fireExceptionCaught(new ProtocolViolationException(message));
        ctx.close();
    }
}
