package dev.waxwing.internal.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.fuzz.FuzzTarget;
import dev.waxwing.internal.crypto.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A stream of length-prefixed frames, cut anywhere: the first byte says how long the pieces are. The same frames come
 * out as of the whole, none longer than what came in; a wrong intro is refused once, with {@link
 * ProtocolViolationException}.
 */
public final class FrameTarget implements FuzzTarget {

    @Override
    public List<byte[]> seeds() {
        byte[] frames = {0, 0, 1, 7, 0, 0, 0, 0, 0, 3, 1, 2, 3, 0, 1, 0};
        byte[] intro = {'W', 'A', 6, 3};
        byte[] routed = {'E', 'D', 0, 1, 0, 0, 2, 9, 9};
        return List.of(
                Bytes.concat(new byte[] {1}, frames),
                Bytes.concat(new byte[] {3}, frames, new byte[256]),
                Bytes.concat(new byte[] {2}, intro, frames),
                Bytes.concat(new byte[] {5}, routed, intro, frames));
    }

    @Override
    public void accept(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] stream = java.util.Arrays.copyOfRange(input, 1, input.length);
        int piece = Math.max(1, input[0] & 0xff);
        for (boolean server : new boolean[] {false, true}) {
            List<String> whole = read(server, stream, Math.max(1, stream.length));
            assertThat(read(server, stream, piece)).isEqualTo(whole);
        }
    }

    private static List<String> read(boolean server, byte[] stream, int piece) {
        EmbeddedChannel channel =
                new EmbeddedChannel(server ? FrameLengthCodec.server() : FrameLengthCodec.client(null));
        List<String> seen = new ArrayList<>();
        int bytes = 0;
        try {
            for (int at = 0; at < stream.length && channel.isOpen(); at += piece) {
                channel.writeInbound(Unpooled.copiedBuffer(stream, at, Math.min(piece, stream.length - at)));
            }
        } catch (ProtocolViolationException e) {
            seen.add(String.valueOf(e.getMessage()));
        }
        for (ByteBuf frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
            byte[] body = ByteBufUtil.getBytes(frame);
            frame.release();
            bytes += body.length;
            seen.add(HexFormat.of().formatHex(body));
        }
        channel.finishAndReleaseAll();
        assertThat(bytes).isLessThanOrEqualTo(stream.length);
        return seen;
    }
}
