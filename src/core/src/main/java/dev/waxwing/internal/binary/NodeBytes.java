package dev.waxwing.internal.binary;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** A node as bytes, for keeping it in a store. */
public final class NodeBytes {

    private static final int LIKELY_SIZE = 1024;

    private NodeBytes() {}

    /**
     * Encodes a node in the form it has on the wire.
     *
     * @param node the node
     * @return a frame body, flag byte first
     */
    public static byte[] of(Node node) {
        ByteBuf buffer = Unpooled.buffer(LIKELY_SIZE);
        try {
            NodeEncoder.encode(node, buffer);
            return ByteBufUtil.getBytes(buffer);
        } finally {
            buffer.release();
        }
    }

    /**
     * Decodes what {@link #of} made.
     *
     * @param bytes a frame body, flag byte first
     * @return the node
     * @throws dev.waxwing.error.ProtocolViolationException if the bytes are damaged
     */
    public static Node read(byte[] bytes) {
        return NodeDecoder.decode(Unpooled.wrappedBuffer(bytes));
    }
}
