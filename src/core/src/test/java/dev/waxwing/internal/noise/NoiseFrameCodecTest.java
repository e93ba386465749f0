package dev.waxwing.internal.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.leaks.CountedChannel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import org.junit.jupiter.api.Test;

class NoiseFrameCodecTest {

    private static final byte[] KEY_A = new byte[32];
    private static final byte[] KEY_B = {
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
        31, 32
    };
    private static final byte[] HELLO = {104, 101, 108, 108, 111};
    private static final long LAST_COUNTER = 0xffff_ffffL;

    @Test
    void givenTwoSides_whenTheyTalk_thenEachOpensWhatTheOtherSealed() {
        CountedChannel left = open(new CipherState(KEY_A), new CipherState(KEY_B));
        CountedChannel right = open(new CipherState(KEY_B), new CipherState(KEY_A));
        for (int length : new int[] {0, 1, 15, 16, 17, 4096, 70_000}) {
            byte[] message = new byte[length];
            left.channel.writeOutbound(left.buffer(message));
            right.channel.writeOutbound(right.buffer(HELLO));
            assertThat(left.channel.outboundMessages())
                    .as("one message a frame")
                    .hasSize(1);
            right.receive(left.sent());
            left.receive(right.sent());
            assertThat(right.received()).containsExactly(message);
            assertThat(left.received()).containsExactly(HELLO);
        }
        left.closeAndRequireNoLeak();
        right.closeAndRequireNoLeak();
    }

    @Test
    void givenAnyFlippedBit_whenRead_thenViolationOnceClosedAndLaterFramesDropped() {
        byte[] good = seal(HELLO);
        for (int i = 3; i < good.length; i++) {
            CountedChannel channel = open(new CipherState(KEY_B), new CipherState(KEY_A));
            byte[] bad = good.clone();
            bad[i] ^= 1;
            channel.receive(Bytes.concat(bad, good, good));
            assertThat(channel.caught)
                    .as("byte %d", i)
                    .singleElement()
                    .isInstanceOf(ProtocolViolationException.class)
                    .satisfies(e -> assertThat(e.getMessage()).contains("frame 0"));
            assertThat(channel.channel.isOpen()).isFalse();
            assertThat(channel.received()).isEmpty();
            channel.closeAndRequireNoLeak();
        }
    }

    @Test
    void givenAFrameRepeatedOrShorterThanATag_whenRead_thenViolation() {
        byte[] good = seal(HELLO);
        for (byte[] second : new byte[][] {good, FrameLengthCodecTest.frame(new byte[15])}) {
            CountedChannel channel = open(new CipherState(KEY_B), new CipherState(KEY_A));
            channel.receive(Bytes.concat(good, second));
            assertThat(channel.received()).containsExactly(HELLO);
            assertThat(channel.caught).singleElement().isInstanceOf(ProtocolViolationException.class);
            assertThat(channel.channel.isOpen()).isFalse();
            channel.closeAndRequireNoLeak();
        }
    }

    @Test
    void givenZeroLengthFramesBetween_whenRead_thenTheCountersStay() {
        CountedChannel writer = open(new CipherState(KEY_A), new CipherState(KEY_B));
        CountedChannel reader = open(new CipherState(KEY_B), new CipherState(KEY_A));
        for (int i = 0; i < 3; i++) {
            writer.channel.writeOutbound(writer.buffer(HELLO));
            reader.receive(Bytes.concat(new byte[3], writer.sent()));
        }
        assertThat(reader.received()).containsExactly(HELLO, HELLO, HELLO);
        writer.closeAndRequireNoLeak();
        reader.closeAndRequireNoLeak();
    }

    @Test
    void givenLastCounter_whenWritten_thenItIsUsedAndTheNextIsRefusedAndCloses() {
        CipherState write = new CipherState(KEY_A, LAST_COUNTER);
        CountedChannel writer = open(write, new CipherState(KEY_B));
        CountedChannel reader = open(new CipherState(KEY_B), new CipherState(KEY_A, LAST_COUNTER));
        writer.channel.writeOutbound(writer.buffer(HELLO));
        byte[] last = writer.sent();
        ChannelFuture refused = writer.channel.writeAndFlush(writer.buffer(HELLO));
        assertThat(refused.cause()).isInstanceOf(ConnectionLostException.class).hasMessageContaining("counter");
        assertThat(writer.caught).singleElement().isInstanceOf(ConnectionLostException.class);
        assertThat(writer.channel.isOpen()).isFalse();
        assertThat(writer.sent()).isEmpty();
        assertThat(write).hasToString("CipherState[n=4294967296]");

        reader.receive(last);
        assertThat(reader.received()).containsExactly(HELLO);
        reader.receive(last);
        assertThat(reader.caught).singleElement().isInstanceOf(ConnectionLostException.class);
        assertThat(reader.channel.isOpen()).isFalse();
        writer.closeAndRequireNoLeak();
        reader.closeAndRequireNoLeak();
    }

    @Test
    void givenOversizedMessage_whenWritten_thenRefusedAndTheCounterIsNotSpent() {
        CipherState write = new CipherState(KEY_A);
        CountedChannel channel = open(write, new CipherState(KEY_B));
        ByteBuf tooLong = channel.buffer(new byte[NoiseFrameCodec.MAX_PLAINTEXT_BYTES + 1]);
        ChannelFuture refused = channel.channel.writeAndFlush(tooLong);
        assertThat(refused.cause()).isInstanceOf(IllegalArgumentException.class);
        assertThat(tooLong.refCnt()).isZero();
        assertThat(write.counter()).isZero();
        assertThat(channel.channel.isOpen()).isTrue();
        channel.channel.writeOutbound(channel.buffer(HELLO));
        assertThat(channel.sent()).isEqualTo(seal(HELLO));
        channel.closeAndRequireNoLeak();
    }

    @Test
    void givenClosedChannel_whenWritten_thenTheBufferIsReleased() {
        CountedChannel channel = open(new CipherState(KEY_A), new CipherState(KEY_B));
        channel.channel.close();
        ByteBuf late = channel.buffer(HELLO);
        assertThat(channel.channel.writeAndFlush(late).isSuccess()).isFalse();
        assertThat(late.refCnt()).isZero();
        channel.closeAndRequireNoLeak();
    }

    @Test
    void givenCancelledPromise_whenWritten_thenTheSealedBufferIsReleased() {
        CountedChannel channel = open(new CipherState(KEY_A), new CipherState(KEY_B));
        var promise = channel.channel.newPromise();
        promise.cancel(false);
        ByteBuf cancelled = channel.buffer(HELLO);
        channel.channel.writeAndFlush(cancelled, promise);
        assertThat(cancelled.refCnt()).isZero();
        channel.closeAndRequireNoLeak();
    }

    private static CountedChannel open(CipherState write, CipherState read) {
        CountedChannel channel =
                new CountedChannel(FrameLengthCodec.client(null), new NoiseFrameCodec(new NoiseTransport(write, read)));
        skipIntro(channel);
        return channel;
    }

    /** Lets the length codec spend its intro on a filler frame, which the other side skips. */
    private static void skipIntro(CountedChannel channel) {
        ChannelHandlerContext codec = channel.channel.pipeline().context(NoiseFrameCodec.class);
        codec.writeAndFlush(channel.buffer(new byte[0]));
        assertThat(channel.sent()).hasSize(7);
    }

    private static byte[] seal(byte[] plaintext) {
        CountedChannel channel = open(new CipherState(KEY_A), new CipherState(KEY_B));
        channel.channel.writeOutbound(channel.buffer(plaintext));
        byte[] sealed = channel.sent();
        channel.closeAndRequireNoLeak();
        return sealed;
    }
}
