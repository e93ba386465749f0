package dev.waxwing.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeEncoderTest {

    @Test
    void givenNestedNodes_whenEncoded_then128LevelsAreTheMost() {
        Node deepest = nested(128);
        assertThat(NodeVectors.decode(NodeVectors.encode(deepest))).isEqualTo(deepest);

        ByteBuf out = Unpooled.buffer();
        assertThatThrownBy(() -> NodeEncoder.encode(nested(129), out))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("128");
        assertThat(out.readableBytes()).isZero();
    }

    @Test
    void givenChildren_whenEncoded_then65535AreTheMost() {
        Node item = Node.builder("item").build();
        Node full =
                Node.builder("list").children(Collections.nCopies(65_535, item)).build();
        assertThat(NodeVectors.decode(NodeVectors.encode(full))).isEqualTo(full);

        Node over =
                Node.builder("list").children(Collections.nCopies(65_536, item)).build();
        assertThatThrownBy(() -> NodeVectors.encode(over))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65535");
    }

    @Test
    void givenNode_whenCompressed_thenItDecodesToItself() {
        List<Node> users = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            users.add(
                    Node.builder("user").attr("id", i).attr("name", "näme " + i).build());
        }
        Node node = Node.builder("iq").children(users).build();
        ByteBuf out = Unpooled.buffer();
        NodeEncoder.encodeCompressed(node, out);

        assertThat(out.readableBytes()).isLessThan(NodeVectors.encode(node).length / 2);
        assertThat(NodeDecoder.decode(out)).isEqualTo(node);
    }

    @Test
    void givenTextOfEveryKind_whenEncoded_thenItDecodesToItself() {
        for (String text : List.of(
                "",
                " ",
                "0",
                "12",
                "1.2-3",
                "-",
                "A",
                "FF",
                "0A",
                "ff",
                "G",
                "1A-",
                "é",
                "日本",
                "a\u0000b",
                "😀",
                "7".repeat(127),
                "F".repeat(127),
                "7".repeat(128),
                "F".repeat(128),
                "é".repeat(128),
                "x".repeat(1 << 20))) {
            Node node = Node.builder("x").attr("v", text).text(text).build();
            Node decoded = NodeVectors.decode(NodeVectors.encode(node));
            assertThat(decoded.attr("v")).isEqualTo(text);
            assertThat(decoded.text()).isEqualTo(text);
        }
    }

    @Test
    void givenLoneSurrogate_whenEncoded_thenReplacedAndFrameIsSound() {
        Node node = Node.builder("x").attr("v", "a\ud800b").build();
        assertThat(NodeVectors.decode(NodeVectors.encode(node)).attr("v")).isEqualTo("a?b");
    }

    @Test
    void givenBytesInBuffer_whenEncoded_thenFrameIsAppended() {
        ByteBuf out = Unpooled.buffer().writeMedium(0x010203);
        NodeEncoder.encode(Node.builder("iq").build(), out);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("010203" + "00f80119");
    }

    private static Node nested(int levels) {
        Node node = Node.builder("x").build();
        for (int i = 1; i < levels; i++) {
            node = Node.builder("x").child(node).build();
        }
        return node;
    }
}
