package dev.waxwing.internal.noise;

import io.netty.channel.CombinedChannelDuplexHandler;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the byte stream into frames {@code length(3) | payload} and back. The borders of the messages that carry the
 * stream mean nothing: a frame may be cut anywhere, even inside its length, and a message may hold several.
 *
 * <p>Inbound it takes {@code ByteBuf} and passes one {@code ByteBuf} for each whole frame, without the length; frames
 * of length zero are skipped (one peer sends them as filler). The announced length is never allocated ahead: memory
 * grows only with bytes that arrived, up to 2^24 - 1 and a read. Outbound it writes the length, and before the first
 * frame of a client the intro, each frame as one {@code ByteBuf}. One codec per connection, event loop only.
 */
public final class FrameLengthCodec extends CombinedChannelDuplexHandler<FrameLengthDecoder, FrameLengthEncoder> {

    /** Longest payload of a frame, in bytes: what the length can say. */
    public static final int MAX_PAYLOAD_BYTES = (1 << 24) - 1;

    static final int PREFIX_BYTES = 3;

    private FrameLengthCodec(FrameLengthDecoder decoder, FrameLengthEncoder encoder) {
        super(decoder, encoder);
    }

    /**
     * The codec of a client, which sends the intro before its first frame.
     *
     * @param routingInfo what the server last sent as edge routing, or null
     * @return a new codec
     */
    public static FrameLengthCodec client(byte @Nullable [] routingInfo) {
        return new FrameLengthCodec(
                new FrameLengthDecoder(false), new FrameLengthEncoder(NoiseIntro.encode(routingInfo)));
    }

    /**
     * The codec of a server, which reads a client's intro, fires {@link ClientIntroduced} and then reads frames. Any
     * other beginning closes the channel with a {@link dev.waxwing.error.ProtocolViolationException}.
     *
     * @return a new codec
     */
    public static FrameLengthCodec server() {
        return new FrameLengthCodec(new FrameLengthDecoder(true), new FrameLengthEncoder(null));
    }
}
