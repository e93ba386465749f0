package dev.waxwing.internal.noise;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.DefaultByteBufHolder;

/** A frame whose length prefix is in place already, so that {@link FrameLengthEncoder} passes it on without a copy. */
final class SealedFrame extends DefaultByteBufHolder {

    SealedFrame(ByteBuf prefixAndCiphertext) {
        super(prefixAndCiphertext);
    }

    @Override
    public SealedFrame replace(ByteBuf content) {
        return new SealedFrame(content);
    }
}
