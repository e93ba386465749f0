package dev.waxwing.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.model.Jid;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeTest {

    private static final Node A = Node.builder("a").build();
    private static final Node B = Node.builder("b").build();
    private static final Node C = Node.builder("c").build();

    @Test
    void givenChildrenAddedOneByOne_whenBuilt_thenTheyStandBehindThoseBefore() {
        Node.Builder builder = Node.builder("x").children(List.of(A)).child(B);
        Node first = builder.build();
        Node second = builder.child(C).build();

        assertThat(first.children()).containsExactly(A, B);
        assertThat(second.children()).containsExactly(A, B, C);
        assertThat(second.toBuilder().child(A).build().children()).containsExactly(A, B, C, A);
    }

    @Test
    void givenContentSetTwice_whenBuilt_thenTheLastCounts() {
        assertThat(Node.builder("x").child(A).text("t").build().text()).isEqualTo("t");
        assertThat(Node.builder("x").child(A).children(List.of(B)).build().children())
                .containsExactly(B);
        assertThat(Node.builder("x").text("t").child(A).build().children()).containsExactly(A);
        assertThat(Node.builder("x")
                        .child(A)
                        .bytes(new byte[] {1})
                        .child(B)
                        .build()
                        .children())
                .containsExactly(B);
    }

    @Test
    void givenSameAttributeTwice_whenBuilt_thenTheLastCountsInTheFirstPlace() {
        Node node = Node.builder("x").attr("k", "1").attr("l", "2").attr("k", 3).build();
        assertThat(node.attributeCount()).isEqualTo(2);
        assertThat(node.attributeName(0)).isEqualTo("k");
        assertThat(node.attr("k")).isEqualTo("3");
    }

    @Test
    void givenContentOfEitherKind_whenAskedForTextOrBytes_thenBothAnswer() {
        Node text = Node.builder("x").text("é").build();
        Node bytes =
                Node.builder("x").bytes(new byte[] {(byte) 0xC3, (byte) 0xA9}).build();
        assertThat(text.requireBytes()).isEqualTo(bytes.requireBytes());
        assertThat(bytes.text()).isEqualTo(text.text()).isEqualTo("é");
        assertThat(A.text()).isNull();
        assertThatThrownBy(A::requireBytes).isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void givenAddressInEitherForm_whenAsked_thenJid() {
        Node node = Node.builder("x")
                .attr("typed", Jid.phone("15551234567"))
                .attr("text", "15551234567@s.whatsapp.net")
                .attr("empty", "")
                .attr("wrong", "nobody")
                .build();
        assertThat(node.jid("typed")).isEqualTo(node.jid("text")).isEqualTo(Jid.phone("15551234567"));
        assertThat(node.jid("empty")).isNull();
        assertThat(node.jid("absent")).isNull();
        assertThatThrownBy(() -> node.jid("wrong")).isInstanceOf(ProtocolViolationException.class);
        assertThatThrownBy(() -> node.requireJid("empty")).isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void givenSecretsInside_whenPrinted_thenOnlyTheShapeShows() {
        Node node = Node.builder("message")
                .attr("notify", "Alice")
                .attr("id", "3EB0")
                .child(Node.builder("body").text("secret").build())
                .build();
        assertThat(node).hasToString("<message notify id=3EB0><body>");
        assertThat(Node.builder("enc").bytes(new byte[3]).build()).hasToString("<enc>3 bytes");
    }
}
