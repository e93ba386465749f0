package dev.waxwing.internal.noise;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.leaks.CountedChannel;
import io.netty.channel.ChannelFuture;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FrameLengthCodecTest {

    private static final byte[] HEADER = {'W', 'A', 6, 3};
    private static final byte[] ONE = {1};
    private static final byte[] LONG = new byte[300];
    private static final byte[] WIRE = Bytes.concat(frame(ONE), frame(new byte[0]), frame(LONG), frame(new byte[0]));

    @Test
    void givenFramesCutAtAnyTwoBytes_whenDecoded_thenSameFramesAndFillersAreSkipped() {
        for (int first = 0; first <= WIRE.length; first++) {
            for (int second = first; second <= WIRE.length; second += 7) {
                CountedChannel channel = new CountedChannel(FrameLengthCodec.client(null));
                channel.receive(Arrays.copyOf(WIRE, first));
                channel.receive(Arrays.copyOfRange(WIRE, first, second));
                channel.receive(Arrays.copyOfRange(WIRE, second, WIRE.length));
                assertThat(channel.received())
                        .as("cuts at %d and %d", first, second)
                        .containsExactly(ONE, LONG);
                channel.closeAndRequireNoLeak();
            }
        }
    }

    @Test
    void givenOneByteAtATime_whenDecoded_thenSameFrames() {
        CountedChannel channel = new CountedChannel(FrameLengthCodec.client(null));
        for (byte b : WIRE) {
            channel.receive(new byte[] {b});
        }
        assertThat(channel.received()).containsExactly(ONE, LONG);
        channel.closeAndRequireNoLeak();
    }

    @Test
    void givenLargestLengthAnnounced_whenOnlyTheHeadArrives_thenNothingIsAllocatedForIt() {
        CountedChannel channel = new CountedChannel(FrameLengthCodec.client(null));
        channel.receive(new byte[] {-1, -1, -1, 7});
        assertThat(channel.allocator.metric().usedHeapMemory()
                        + channel.allocator.metric().usedDirectMemory())
                .isLessThan(1024);
        assertThat(channel.received()).isEmpty();
        channel.closeAndRequireNoLeak();
    }

    @Test
    void givenHalfAFrame_whenTheChannelCloses_thenItIsDropped() {
        CountedChannel channel = new CountedChannel(FrameLengthCodec.client(null));
        channel.receive(Arrays.copyOf(frame(LONG), 100));
        channel.channel.close();
        assertThat(channel.received()).isEmpty();
        channel.closeAndRequireNoLeak();
    }

    @Test
    void givenTwoFrames_whenAClientWrites_thenTheIntroGoesOnceInFrontOfTheFirst() {
        CountedChannel channel = new CountedChannel(FrameLengthCodec.client(null));
        channel.channel.writeOutbound(channel.buffer(ONE));
        assertThat(channel.channel.outboundMessages()).as("one message").hasSize(1);
        channel.channel.writeOutbound(channel.buffer(LONG));
        assertThat(channel.sent()).isEqualTo(Bytes.concat(HEADER, frame(ONE), frame(LONG)));
        channel.closeAndRequireNoLeak();
    }

    @Test
    void givenRoutingInfo_whenAClientWrites_thenItLeadsTheIntro() {
        byte[] routing = {8, 2, 8, 5};
        CountedChannel channel = new CountedChannel(FrameLengthCodec.client(routing));
        channel.channel.writeOutbound(channel.buffer(ONE));
        assertThat(channel.sent())
                .isEqualTo(Bytes.concat(new byte[] {'E', 'D', 0, 1, 0, 0, 4}, routing, HEADER, frame(ONE)));
        channel.closeAndRequireNoLeak();
    }

    @Test
    void givenEmptyOrOversizedRoutingInfo_whenEncoded_thenLeftOut() {
        assertThat(NoiseIntro.encode(new byte[0])).isEqualTo(HEADER);
        assertThat(NoiseIntro.encode(new byte[NoiseIntro.MAX_ROUTING_BYTES + 1]))
                .isEqualTo(HEADER);
        assertThat(NoiseIntro.encode(new byte[NoiseIntro.MAX_ROUTING_BYTES]))
                .hasSize(7 + NoiseIntro.MAX_ROUTING_BYTES + 4);
    }

    @Test
    void givenPayloadThatTheLengthCannotSay_whenWritten_thenThePromiseFailsAndNothingIsSent() {
        CountedChannel channel = new CountedChannel(FrameLengthCodec.server());
        ChannelFuture written =
                channel.channel.writeAndFlush(channel.buffer(new byte[FrameLengthCodec.MAX_PAYLOAD_BYTES + 1]));
        assertThat(written.cause()).isInstanceOf(IllegalArgumentException.class);
        assertThat(channel.sent()).isEmpty();
        channel.closeAndRequireNoLeak();
    }

    @Test
    void givenServer_whenItWrites_thenNoIntro() {
        CountedChannel channel = new CountedChannel(FrameLengthCodec.server());
        channel.channel.writeOutbound(channel.buffer(ONE));
        assertThat(channel.sent()).isEqualTo(frame(ONE));
        channel.closeAndRequireNoLeak();
    }

    @Test
    void givenAClientsStreamCutAnywhere_whenAServerReads_thenIntroOnceAndThenFrames() {
        for (byte[] routing : new byte[][] {null, {8, 2, 8, 5}}) {
            byte[] wire = Bytes.concat(NoiseIntro.encode(routing), frame(ONE), frame(LONG));
            for (int cut = 0; cut <= wire.length; cut++) {
                CountedChannel channel = new CountedChannel(FrameLengthCodec.server());
                channel.receive(wire, cut);
                assertThat(channel.received()).as("cut at %d", cut).containsExactly(ONE, LONG);
                assertThat(channel.events)
                        .singleElement()
                        .satisfies(event -> assertThat(((ClientIntroduced) event).routingInfo())
                                .isEqualTo(routing));
                channel.closeAndRequireNoLeak();
            }
        }
    }

    @Test
    void givenAnotherBeginning_whenAServerReads_thenProtocolViolationAndClosed() {
        byte[] twice = Bytes.concat(new byte[] {'E', 'D', 0, 1, 0, 0, 1, 9, 'E', 'D', 0, 1, 0, 0, 1, 9}, HEADER);
        byte[] tooLong = {'E', 'D', 0, 1, 1, 0, 0};
        byte[] http = "GET / HTTP/1.1\r\n".getBytes(US_ASCII);
        byte[] mobile = Bytes.concat(new byte[] {'W', 'A', 5, 3}, frame(ONE));
        for (byte[] wire : new byte[][] {twice, tooLong, http, mobile}) {
            CountedChannel channel = new CountedChannel(FrameLengthCodec.server());
            channel.receive(wire);
            assertThat(channel.caught).singleElement().isInstanceOf(ProtocolViolationException.class);
            assertThat(channel.channel.isOpen()).isFalse();
            assertThat(channel.received()).isEmpty();
            channel.closeAndRequireNoLeak();
        }
    }

    static byte[] frame(byte[] payload) {
        int length = payload.length;
        return Bytes.concat(new byte[] {(byte) (length >> 16), (byte) (length >> 8), (byte) length}, payload);
    }
}
