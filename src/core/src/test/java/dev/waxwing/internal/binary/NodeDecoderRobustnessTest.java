package dev.waxwing.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.ThreadMXBean;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.vectors.Vectors;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No frame from outside may do more than be refused: no other exception, no memory beyond its own size, no endless
 * work.
 */
class NodeDecoderRobustnessTest {

    private static final int SHORT_FRAME = 300;
    private static final int MUTATIONS_PER_FRAME = 400;
    private static final int RANDOM_FRAMES = 20_000;

    @Test
    void givenFrameCutAtAnyByte_whenDecoded_thenRefused() {
        int cuts = 0;
        for (byte[] frame : shortFrames()) {
            for (int length = 0; length < frame.length; length++, cuts++) {
                byte[] cut = Arrays.copyOf(frame, length);
                assertThatThrownBy(() -> NodeVectors.decode(cut))
                        .as(() -> ByteBufUtil.hexDump(cut))
                        .isInstanceOf(ProtocolViolationException.class);
            }
        }
        assertThat(cuts).isGreaterThan(5_000);
    }

    @Test
    void givenFrameWithAByteBehindIt_whenDecoded_thenRefused() {
        for (byte[] frame : shortFrames()) {
            byte[] longer = Arrays.copyOf(frame, frame.length + 1);
            assertThatThrownBy(() -> NodeVectors.decode(longer))
                    .as(() -> ByteBufUtil.hexDump(longer))
                    .isInstanceOf(ProtocolViolationException.class);
        }
    }

    @Test
    void givenMutatedFrames_whenDecoded_thenNodeOrViolation() {
        Random random = new Random(20_261_124);
        int nodes = 0;
        int violations = 0;
        for (byte[] frame : shortFrames()) {
            for (int i = 0; i < MUTATIONS_PER_FRAME; i++) {
                if (isNode(mutated(frame, random))) {
                    nodes++;
                } else {
                    violations++;
                }
            }
        }
        // Both ways out were taken often, so the mutations were neither harmless nor all fatal at once.
        assertThat(nodes).isGreaterThan(5_000);
        assertThat(violations).isGreaterThan(5_000);
    }

    @Test
    void givenRandomBytes_whenDecoded_thenNodeOrViolation() {
        Random random = new Random(7);
        int violations = 0;
        for (int i = 0; i < RANDOM_FRAMES; i++) {
            byte[] frame = new byte[random.nextInt(64)];
            random.nextBytes(frame);
            if (frame.length > 1) {
                frame[0] &= ~WireTag.FLAG_COMPRESSED;
                frame[1] = (byte) (random.nextInt(8) == 0 ? WireTag.LIST_16 : WireTag.LIST_8);
            }
            if (!isNode(frame)) {
                violations++;
            }
        }
        assertThat(violations).isGreaterThan(RANDOM_FRAMES / 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00f802a0fe7fffffff01", // content of 2 GiB less one
                "00f802a0fe8000000001", // content of 2 GiB
                "00f802a0feffffffff01", // content of 4 GiB less one
                "00f8031908fe8000000001", // a value of 2 GiB
                "00f801fe8000000001", // a tag of 2 GiB
                "00f8031306fafe8000000001", // an address's user of 2 GiB
                "00f9ffff1908", // 32,767 attributes
                "00f80219f9ffff", // 65,535 children
                "00f80219f9fffff80119f80119" // the same, two there
            })
    void givenHugeAnnouncement_whenDecoded_thenRefusedWithoutAllocating(String hex) {
        byte[] frame = ByteBufUtil.decodeHexDump(hex);
        violation(frame); // so that classes are loaded before memory is counted
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        long before = threads.getCurrentThreadAllocatedBytes();
        ProtocolViolationException violation = violation(frame);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(violation).hasMessageMatching(".*\\d+.* left, at byte \\d+");
        assertThat(allocated).isLessThan(64 * 1024);
    }

    @Test
    void givenNestedNodes_whenDecoded_then128LevelsAreTheMost() {
        Node deepest = NodeVectors.decode(nested(128));
        int levels = 1;
        for (Node node = deepest;
                !node.children().isEmpty();
                node = node.children().get(0)) {
            levels++;
        }
        assertThat(levels).isEqualTo(128);
        assertThatThrownBy(() -> NodeVectors.decode(nested(129)))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessage("nodes are nested deeper than 128, at byte " + (1 + 128 * 5));
        assertThatThrownBy(() -> NodeVectors.decode(nested(100_000)))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("deeper than 128");
    }

    @Test
    void l3_givenAFrameOfTinyNodes_whenDecoded_thenRefusedAtTheNodeLimit() {
        assertThat(NodeVectors.decode(tinyNodes(NodeDecoder.MAX_NODES)).tag()).isEqualTo("iq");

        byte[] tooMany = tinyNodes(NodeDecoder.MAX_NODES + 1);
        assertThat(violation(tooMany)).hasMessageContaining("more than " + NodeDecoder.MAX_NODES + " nodes");
    }

    @Test
    void l3_givenAFrameOf16MiBOfTinyNodes_whenDecoded_thenRefusedAtTheNodeLimitWithoutTakingTheHeap() {
        byte[] frame = Arrays.copyOf(tinyNodes(5_700_000), 16 << 20);
        violation(frame); // so that classes are loaded before memory is counted
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        long before = threads.getCurrentThreadAllocatedBytes();
        ProtocolViolationException violation = violation(frame);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(violation).hasMessageContaining("more than " + NodeDecoder.MAX_NODES + " nodes");
        assertThat(allocated).isLessThan(4L * FrameInflater.MAX_BYTES);
    }

    @Test
    void l3_givenACompressedFrameOfMillionsOfNodes_whenDecoded_thenRefusedWithoutTakingTheHeap() {
        byte[] nodes = tinyNodes(5_000_000);
        byte[] frame = compressed(Arrays.copyOfRange(nodes, 1, nodes.length));
        violation(frame); // so that classes are loaded before memory is counted
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        long before = threads.getCurrentThreadAllocatedBytes();
        ProtocolViolationException violation = violation(frame);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(violation).hasMessageContaining("nodes");
        assertThat(allocated).isLessThan(4L * FrameInflater.MAX_BYTES);
    }

    @Test
    void l3_givenAFrameOfNodesFullOfAttributes_whenDecoded_thenRefusedAtTheAttributeLimit() {
        int each = 1_000;
        ByteBuf frame = Unpooled.buffer();
        frame.writeByte(0).writeByte(WireTag.LIST_8).writeByte(2).writeByte(25);
        int nodes = NodeDecoder.MAX_ATTRIBUTES / each + 1;
        frame.writeByte(WireTag.LIST_16).writeShort(nodes);
        for (int i = 0; i < nodes; i++) {
            frame.writeByte(WireTag.LIST_16).writeShort(1 + 2 * each).writeByte(25);
            for (int k = 0; k < each; k++) {
                frame.writeByte(8).writeByte(8);
            }
        }

        assertThat(violation(ByteBufUtil.getBytes(frame)))
                .hasMessageContaining("more than " + NodeDecoder.MAX_ATTRIBUTES + " attributes");
    }

    /** A node with lists of childless nodes: so many in all, as bytes of a frame. */
    private static byte[] tinyNodes(int count) {
        ByteBuf frame = Unpooled.buffer();
        // Not all of one tag, or the ratio of inflating would refuse them.
        Random random = new Random(1);
        int rest = count - 1;
        int groups = (rest + 49_999) / 50_000;
        frame.writeByte(0).writeByte(WireTag.LIST_8).writeByte(2).writeByte(25);
        frame.writeByte(WireTag.LIST_16).writeShort(groups);
        for (; rest > 0; rest -= 50_000) {
            int inGroup = Math.min(rest, 50_000) - 1;
            frame.writeByte(WireTag.LIST_8).writeByte(2).writeByte(25);
            frame.writeByte(WireTag.LIST_16).writeShort(inGroup);
            for (int i = 0; i < inGroup; i++) {
                frame.writeByte(WireTag.LIST_8).writeByte(1).writeByte(25 + random.nextInt(2));
            }
        }
        return ByteBufUtil.getBytes(frame);
    }

    @Test
    void givenThousandsOfAttributes_whenDecoded_thenLastValueOfEachNameCounts() {
        int names = 1000;
        ByteBuf frame =
                Unpooled.buffer().writeByte(0).writeByte(WireTag.LIST_16).writeShort(1 + 2 * 2 * names);
        text(frame, "many");
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < names; i++) {
                text(frame, "k" + i);
                text(frame, "v" + (i + round));
            }
        }
        Node node = NodeDecoder.decode(frame);
        assertThat(node.attributeCount()).isEqualTo(names);
        for (int i = 0; i < names; i++) {
            assertThat(node.attributeName(i)).isEqualTo("k" + i);
            assertThat(node.attributeValue(i)).isEqualTo("v" + (i + 1));
        }
    }

    @Test
    void givenZipBombs_whenDecoded_thenRefusedAtTheBound() {
        assertThatThrownBy(() -> NodeVectors.decode(compressed(contentNode(FrameInflater.MAX_BYTES + 1, false))))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("grows beyond");
        // 64 MiB of zeros come as 64 KiB, which by the ratio may become 6 MiB at most.
        assertThatThrownBy(() -> NodeVectors.decode(compressed(contentNode(64 << 20, false))))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageMatching("compressed frame of \\d{5} bytes grows beyond \\d{7} bytes.*");
    }

    @Test
    void givenRatioAboveTheLimit_whenSmall_thenAcceptedUpToOneMebibyte() {
        byte[] full = contentNode(FrameInflater.FREE_BYTES, false);
        assertThat(NodeVectors.decode(compressed(full))).isEqualTo(NodeVectors.decode(flagged(full)));
        assertThatThrownBy(() -> NodeVectors.decode(compressed(contentNode(FrameInflater.FREE_BYTES + 1, false))))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("grows beyond " + FrameInflater.FREE_BYTES);
    }

    @Test
    void givenIncompressibleFrame_whenInflated_then16MebibytesAreTheMost() {
        byte[] full = contentNode(FrameInflater.MAX_BYTES, true);
        assertThat(NodeVectors.decode(compressed(full))).isEqualTo(NodeVectors.decode(flagged(full)));
        assertThatThrownBy(() -> NodeVectors.decode(compressed(contentNode(FrameInflater.MAX_BYTES + 1, true))))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("grows beyond " + FrameInflater.MAX_BYTES);
    }

    @Test
    void givenCompressedFrame_whenFollowedByBytesOrCut_thenRefused() {
        byte[] frame = compressed(contentNode(500, true));
        assertThatThrownBy(() -> NodeVectors.decode(Arrays.copyOf(frame, frame.length + 3)))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("3 bytes behind its zlib stream");
        for (int length = 1; length < frame.length; length++) {
            byte[] cut = Arrays.copyOf(frame, length);
            assertThatThrownBy(() -> NodeVectors.decode(cut))
                    .isInstanceOf(ProtocolViolationException.class)
                    .hasMessageContaining("ends inside its zlib stream");
        }
    }

    @Test
    void givenPresetDictionary_whenInflated_thenRefused() {
        Deflater deflater = new Deflater();
        deflater.setDictionary(new byte[] {1, 2, 3});
        assertThatThrownBy(() -> NodeVectors.decode(compressed(contentNode(50, false), deflater)))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("preset dictionary");
    }

    @Test
    void givenPackedTextOfOddLengthWithoutBytes_whenDecoded_thenRefused() {
        assertThatThrownBy(() -> NodeVectors.decodeHex("00f8031908ff80"))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessage("packed text has an odd length but no bytes, at byte 6");
    }

    @Test
    void givenPackedTextLongerThanAnEncoderWrites_whenDecoded_thenRead() {
        Node node = NodeVectors.decodeHex("00f8031908ff7f" + "12".repeat(127));
        assertThat(node.attr("id")).isEqualTo("12".repeat(127));
    }

    @Test
    void givenAnyKindOfBuffer_whenDecoded_thenSameNodeAndBufferUntouched() {
        for (byte[] frame : shortFrames()) {
            Node expected = NodeVectors.decode(frame);
            ByteBuf direct = Unpooled.directBuffer(frame.length).writeBytes(frame);
            ByteBuf offset = Unpooled.buffer().writeLong(-1).writeBytes(frame).writeLong(-1);
            offset.setIndex(8, 8 + frame.length);
            CompositeByteBuf composite = Unpooled.compositeBuffer();
            for (byte b : frame) {
                composite.addComponent(true, Unpooled.wrappedBuffer(new byte[] {b}));
                if (composite.numComponents() == 3) {
                    composite.consolidate();
                }
            }
            ByteBuf readOnly = Unpooled.wrappedBuffer(frame).asReadOnly();
            for (ByteBuf buffer : List.of(direct, offset, offset.slice(), composite, readOnly)) {
                int reader = buffer.readerIndex();
                assertThat(NodeDecoder.decode(buffer)).isEqualTo(expected);
                assertThat(buffer.readerIndex()).isEqualTo(reader);
                assertThat(buffer.refCnt()).isEqualTo(1);
            }
            direct.release();
            offset.release();
            composite.release();
        }
    }

    private static boolean isNode(byte[] frame) {
        ByteBuf buffer = Unpooled.wrappedBuffer(frame);
        Node node;
        try {
            node = NodeDecoder.decode(buffer);
        } catch (ProtocolViolationException e) {
            assertThat(e.getMessage().length()).isLessThan(200);
            return false;
        } catch (RuntimeException | StackOverflowError e) {
            return fail("neither node nor violation: " + ByteBufUtil.hexDump(frame), e);
        } finally {
            assertThat(buffer.refCnt()).isEqualTo(1);
        }
        requireStable(node, frame);
        return true;
    }

    /** What was read and can be written must read the same again. */
    private static void requireStable(Node node, byte[] frame) {
        byte[] encoded;
        try {
            encoded = NodeVectors.encode(node);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("must"); // an address that we do not write
            return;
        }
        Node again = NodeVectors.decode(encoded);
        assertThat(again.tag()).isEqualTo(node.tag());
        assertThat(again.attributeCount()).isEqualTo(node.attributeCount());
        for (int i = 0; i < node.attributeCount(); i++) {
            assertThat(again.attributeValue(i))
                    .as(() -> ByteBufUtil.hexDump(frame))
                    .isEqualTo(node.attributeValue(i));
        }
        assertThat(again.text()).isEqualTo(node.text());
        assertThat(NodeVectors.decode(NodeVectors.encode(again))).isEqualTo(again);
    }

    private static ProtocolViolationException violation(byte[] frame) {
        try {
            NodeVectors.decode(frame);
        } catch (ProtocolViolationException e) {
            return e;
        }
        return fail("accepted");
    }

    private static byte[] mutated(byte[] frame, Random random) {
        byte[] bytes = frame.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            int place = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[place] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[place] = (byte) random.nextInt(256);
                case 2 -> bytes[place] = (byte) (240 + random.nextInt(16));
                default -> bytes[place] = bytes[random.nextInt(bytes.length)];
            }
        }
        return random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 8)) : bytes;
    }

    private static List<byte[]> shortFrames() {
        List<byte[]> frames = new ArrayList<>();
        for (JsonNode vector : Vectors.load("binary-nodes.json").get("vectors")) {
            frames.add(NodeVectors.bytes(vector));
        }
        for (JsonNode vector : Vectors.load("binary-decode.json").get("accept")) {
            frames.add(NodeVectors.bytes(vector));
        }
        frames.removeIf(frame -> frame.length > SHORT_FRAME);
        assertThat(frames).hasSizeGreaterThan(150);
        return frames;
    }

    /** Levels of a list of two, the tag {@code iq} and a list of one; the innermost is without content. */
    private static byte[] nested(int levels) {
        ByteBuf frame = Unpooled.buffer().writeByte(0);
        for (int i = 1; i < levels; i++) {
            frame.writeShort(0xF802).writeByte(0x19).writeShort(0xF801);
        }
        return ByteBufUtil.getBytes(frame.writeShort(0xF801).writeByte(0x19));
    }

    private static void text(ByteBuf frame, String text) {
        frame.writeByte(WireTag.BINARY_8).writeByte(text.length());
        ByteBufUtil.writeUtf8(frame, text);
    }

    /** A node of exactly so many bytes, without flag: {@code <enc>} with zeros or noise inside. */
    private static byte[] contentNode(int length, boolean noise) {
        byte[] content = new byte[length - 8];
        if (noise) {
            new Random(1).nextBytes(content);
        }
        ByteBuf node = Unpooled.buffer(length).writeShort(0xF802).writeByte(0x1D);
        return ByteBufUtil.getBytes(
                node.writeByte(WireTag.BINARY_32).writeInt(content.length).writeBytes(content));
    }

    private static byte[] flagged(byte[] node) {
        byte[] frame = new byte[node.length + 1];
        System.arraycopy(node, 0, frame, 1, node.length);
        return frame;
    }

    private static byte[] compressed(byte[] node) {
        return compressed(node, new Deflater());
    }

    private static byte[] compressed(byte[] node, Deflater deflater) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(WireTag.FLAG_COMPRESSED);
        deflater.setInput(node);
        deflater.finish();
        byte[] chunk = new byte[8192];
        while (!deflater.finished()) {
            frame.write(chunk, 0, deflater.deflate(chunk));
        }
        deflater.end();
        return frame.toByteArray();
    }
}
