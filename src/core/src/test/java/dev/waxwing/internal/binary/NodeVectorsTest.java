package dev.waxwing.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.Digests;
import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;
import dev.waxwing.vectors.Vectors;
import io.netty.buffer.ByteBufUtil;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replays what Baileys writes and reads; where Baileys is known to be faulty, the safer rule of the protocol notes is
 * asserted instead.
 */
class NodeVectorsTest {

    private static final JsonNode ENCODE = Vectors.load("binary-nodes.json");
    private static final JsonNode DECODE = Vectors.load("binary-decode.json");

    /** Where peers write different bytes for the same address: ours, from typed addresses without agents. */
    private static final Map<String, String> OWN_FORM = Map.of(
            "jid-pn-device-0-explicit", "00f8031311faff8615551234567f03",
            "jid-hosted-no-device", "00f8031311faff8615551234567ffc06686f73746564",
            "jid-hosted-lid-no-device", "00f8031311faff88236395184570386ffc0a686f737465642e6c6964",
            "jid-agent-suffix-with-device", "00f8031311f70007ff8615551234567f",
            "jid-agent-suffix-no-device", "00f8031311faff8615551234567f03",
            "jid-as-string-content",
                    "00f802fc0a6a69642d686f6c646572fc1c31353535313233343536373a3340732e77686174736170702e6e6574");

    /** Domain bytes that mean nothing: Baileys takes them for phone numbers, we keep the byte. */
    private static final Map<String, Integer> UNASSIGNED_DOMAIN = Map.of(
            "ad-jid-domain-unknown-02", 0x02,
            "ad-jid-domain-unknown-05", 0x05,
            "ad-jid-domain-unknown-7f", 0x7f,
            "ad-jid-domain-unknown-82", 0x82,
            "ad-jid-domain-unknown-fe", 0xfe,
            "ad-jid-domain-unknown-ff", 0xff);

    /** Baileys prints device 0 of Messenger and interop users; we print it nowhere. */
    private static final Map<String, String> OWN_SPELLING = Map.of("fb-jid-device-0", "1000123456789@msgr");

    static Stream<JsonNode> encodeVectors() {
        return rows(ENCODE.get("vectors"));
    }

    static Stream<JsonNode> acceptVectors() {
        return rows(DECODE.get("accept"));
    }

    static Stream<JsonNode> rejectVectors() {
        return rows(DECODE.get("reject"));
    }

    @Test
    void givenVectorFiles_whenCounted_thenNoneIsMissing() {
        assertThat(encodeVectors()).hasSize(136).hasSize(ENCODE.get("count").intValue());
        assertThat(acceptVectors())
                .hasSize(51)
                .hasSize(DECODE.get("acceptCount").intValue());
        assertThat(rejectVectors())
                .hasSize(45)
                .hasSize(DECODE.get("rejectCount").intValue());
        assertThat(encodeVectors().filter(NodeVectorsTest::isPeerSpecific).map(NodeVectorsTest::name))
                .containsExactlyInAnyOrderElementsOf(OWN_FORM.keySet());
        assertThat(acceptVectors().map(NodeVectorsTest::name)).containsAll(UNASSIGNED_DOMAIN.keySet());
    }

    @ParameterizedTest
    @MethodSource("encodeVectors")
    void givenVectorNode_whenEncoded_thenBytesAreThePeers(JsonNode vector) {
        byte[] expected = isPeerSpecific(vector)
                ? ByteBufUtil.decodeHexDump(OWN_FORM.get(name(vector)))
                : NodeVectors.bytes(vector);

        byte[] encoded = NodeVectors.encode(NodeVectors.node(vector.get("node")));

        assertThat(encoded).as(name(vector)).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("encodeVectors")
    void givenVectorBytes_whenDecoded_thenNodeIsThePeers(JsonNode vector) {
        byte[] bytes = NodeVectors.bytes(vector);
        assertThat(bytes).hasSize(vector.get("length").intValue());
        if (vector.has("sha256")) {
            assertThat(ByteBufUtil.hexDump(Digests.sha256(bytes)))
                    .isEqualTo(vector.get("sha256").textValue());
        }

        Node decoded = NodeVectors.decode(bytes);

        switch (name(vector)) {
            // The agent stands where the domain type belongs: not a phone number's device, whatever the peer makes of
            // it.
            case "jid-agent-suffix-with-device" ->
                assertThat(decoded.requireJid("to")).isEqualTo(new Jid("15551234567", JidServer.ofDomainType(5), 7));
            default -> {
                if (vector.has("decoded")) {
                    assertThat(NodeVectors.addressesAsText(decoded))
                            .as(name(vector))
                            .isEqualTo(NodeVectors.node(vector.get("decoded")));
                } else {
                    assertThat(decoded).as(name(vector)).isEqualTo(NodeVectors.node(vector.get("node")));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("acceptVectors")
    void givenAcceptVector_whenDecoded_thenNodeIsThePeers(JsonNode vector) {
        String name = name(vector);
        Node decoded = NodeVectors.decode(NodeVectors.bytes(vector));

        if (UNASSIGNED_DOMAIN.containsKey(name)) {
            assertThat(decoded.requireJid("from"))
                    .isEqualTo(new Jid("123456", JidServer.ofDomainType(UNASSIGNED_DOMAIN.get(name)), 7));
            assertThatThrownBy(() -> NodeVectors.encode(decoded)).isInstanceOf(IllegalArgumentException.class);
        } else if (OWN_SPELLING.containsKey(name)) {
            assertThat(decoded.attr("from")).isEqualTo(OWN_SPELLING.get(name));
        } else {
            assertThat(NodeVectors.addressesAsText(decoded)).as(name).isEqualTo(NodeVectors.node(vector.get("node")));
        }
    }

    @ParameterizedTest
    @MethodSource("rejectVectors")
    void givenRejectVector_whenDecoded_thenRefused(JsonNode vector) {
        byte[] bytes = NodeVectors.bytes(vector);
        if (name(vector).equals("bad-utf8-string")) {
            assertThat(NodeVectors.decode(bytes).requireAttr("id")).isEqualTo("\ufffd(");
            return;
        }
        assertThatThrownBy(() -> NodeVectors.decode(bytes))
                .as(name(vector) + ": " + vector.get("why").textValue())
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageNotContaining("null");
    }

    @Test
    void givenAddressText_whenEncodedAsText_thenItStaysText() {
        Set<String> likeAddresses = Set.of("a@b", "name:x@b", "someone@example.com", "15551234567@s.whatsapp.net");
        for (String text : likeAddresses) {
            Node node = Node.builder("x").attr("v", text).text(text).build();
            Node decoded = NodeVectors.decode(NodeVectors.encode(node));
            assertThat(decoded.attributeValue(0)).isEqualTo(text);
            assertThat(decoded.text()).isEqualTo(text);
            assertThat(decoded.content()).isInstanceOf(NodeContent.Bytes.class);
        }
    }

    private static boolean isPeerSpecific(JsonNode vector) {
        return vector.path("peerSpecific").asBoolean();
    }

    private static String name(JsonNode vector) {
        return vector.get("name").textValue();
    }

    private static Stream<JsonNode> rows(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
