package dev.waxwing.internal.stream.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.binary.NodeCodec;
import dev.waxwing.internal.stream.JsonNodes;
import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;
import dev.waxwing.vectors.Vectors;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AcksTest {

    private static final Jid ME = Jid.parse("15551234567:23@s.whatsapp.net");
    private static final JsonNode FILE = Vectors.load("acks-and-stream.json");

    @TestFactory
    Stream<DynamicTest> givenVector_whenAcked_thenSameNode() {
        return StreamSupport.stream(FILE.get("acks").spliterator(), false)
                .map(row -> DynamicTest.dynamicTest(row.get("name").textValue(), () -> {
                    Node incoming = JsonNodes.node(row.get("incoming"));
                    Node ack = row.has("error")
                            ? Acks.nack(incoming, ME, row.get("error").intValue())
                            : Acks.ack(incoming, ME);
                    assertThat(Acks.isOwed(incoming)).isTrue();
                    assertThat(ack).isEqualTo(JsonNodes.node(row.get("ack")));
                    assertThat(decode(row.get("ackHex").textValue()).requireAttr("class"))
                            .isEqualTo(ack.requireAttr("class"));
                }));
    }

    @Test
    void givenVectorFile_whenCounted_thenNoneIsMissing() {
        assertThat(FILE.get("acks")).hasSize(33).hasSize(FILE.get("ackCount").intValue());
        assertThat(FILE.get("stream"))
                .hasSize(30)
                .hasSize(FILE.get("streamCount").intValue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ack", "iq", "presence", "chatstate", "ib", "success", "failure", "stream:error", "xmlstreamend"
            })
    void givenTagThatIsNeverAcked_whenAsked_thenNothingIsOwed(String tag) {
        assertThat(Acks.isOwed(Node.builder(tag)
                        .attr("id", "1")
                        .attr("from", Jid.SERVER)
                        .build()))
                .isFalse();
    }

    @Test
    void givenStanzaWithoutId_whenAsked_thenNothingIsOwed() {
        assertThat(Acks.isOwed(Node.builder("receipt").attr("from", Jid.SERVER).build()))
                .isFalse();
    }

    @Test
    void givenNoOwnAddressYet_whenMessageAcked_thenAckHasNoFrom() {
        Node message = Node.builder("message").attr("id", "1").attr("from", ME).build();

        assertThat(Acks.ack(message, null).hasAttr("from")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"from", "participant", "recipient"})
    void L1_givenAnAddressThatCannotBeWritten_whenAsked_thenNothingIsOwed(String attribute) {
        Node stanza = Node.builder("message")
                .attr("id", "1")
                .attr("from", Jid.parse("120363000000000001@g.us"))
                .build()
                .toBuilder()
                .attr(attribute, new Jid("15550001001", JidServer.ofDomainType(5), 2))
                .build();

        assertThat(Acks.isOwed(stanza)).isFalse();
    }

    @Test
    void B07_givenAStatus_whenAcked_thenAsAMessageOfThatClass() {
        Node status = Node.builder("status")
                .attr("id", "1")
                .attr("from", Jid.parse("status@broadcast"))
                .attr("participant", Jid.lid("100000000000001"))
                .attr("type", "media")
                .build();

        Node ack = Acks.ack(status, ME);

        assertThat(ack.attr("class")).isEqualTo("status");
        assertThat(ack.jid("from")).isEqualTo(ME);
        assertThat(ack.jid("participant")).isEqualTo(Jid.lid("100000000000001"));
        assertThat(ack.attr("type")).isEqualTo("media");
    }

    private static Node decode(String hex) {
        EmbeddedChannel channel = new EmbeddedChannel(new NodeCodec());
        channel.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));
        Node node = channel.readInbound();
        channel.finishAndReleaseAll();
        return node;
    }
}
