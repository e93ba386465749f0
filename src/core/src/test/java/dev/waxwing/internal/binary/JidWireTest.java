package dev.waxwing.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;
import dev.waxwing.vectors.Vectors;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses as attribute values, by the same vectors that test their text form. */
class JidWireTest {

    /** {@code <message from=…>} up to the value. */
    private static final String BEFORE_VALUE = "00f8031306";

    private static final String REFUSED = "refused";

    /** Rows where the peer writes device 0 or an agent, and the one where it loses the server. */
    private static final Map<String, String> OWN_FORM = Map.of(
            "15551234567:0@s.whatsapp.net", "faff8615551234567f03",
            "236395184570386:0@lid", "faff88236395184570386f76",
            "15551234567:5@c.us", REFUSED,
            "15551234567_5:7@s.whatsapp.net", "f70007ff8615551234567f",
            "15551234567_1:7@s.whatsapp.net", "f70007ff8615551234567f",
            "15551234567_128:7@s.whatsapp.net", "f70007ff8615551234567f");

    static Stream<JsonNode> rows() {
        return StreamSupport.stream(Vectors.load("jids.json").get("parse").spliterator(), false);
    }

    @Test
    void givenVectorFile_whenCounted_thenNoRowIsMissing() {
        assertThat(rows()).hasSize(37);
        assertThat(rows().map(row -> row.get("input").textValue())).containsAll(OWN_FORM.keySet());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void givenParsedText_whenEncoded_thenWireFormIsTheSafeOne(JsonNode row) {
        String input = row.get("input").textValue();
        String expected = OWN_FORM.getOrDefault(input, row.get("wireValue").textValue());
        Node node = from(Jid.parse(input));
        if (expected.equals(REFUSED)) {
            assertRefused(node);
            return;
        }

        byte[] encoded = NodeVectors.encode(node);

        assertThat(ByteBufUtil.hexDump(encoded)).isEqualTo(BEFORE_VALUE + expected);
        assertThat(NodeVectors.decode(encoded)).isEqualTo(node);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void givenWireForm_whenDecoded_thenAddressIsThePeers(JsonNode row) {
        Jid decoded = NodeVectors.decodeHex(BEFORE_VALUE + row.get("wireValue").textValue())
                .requireJid("from");

        if (row.get("input").textValue().equals("15551234567_5:7@s.whatsapp.net")) {
            // The peer takes unassigned domain bytes for phone numbers; we keep the byte.
            assertThat(decoded).isEqualTo(new Jid("15551234567", JidServer.ofDomainType(5), 7));
        } else {
            assertThat(decoded).isEqualTo(Jid.parse(row.get("decodedBack").textValue()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "120363041234567890:5@g.us",
                "status:1@broadcast",
                "120363144038483540:2@newsletter",
                "867051314767696:3@bot",
                "x:4@call",
                "15551234567@unknown.server",
                "abc:7@interop",
                "65536-abc:7@interop",
                "1.5-abc:7@interop",
                "-abc:7@interop"
            })
    void givenAddressWithoutWireForm_whenEncoded_thenRefusedAndBufferUnchanged(String text) {
        assertRefused(from(Jid.parse(text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1000123456789:5@msgr",
                "1000123456789:65535@msgr",
                "1-2348012345679:2@interop",
                "65535-abc:65535@interop",
                "0-abc-def:1@interop"
            })
    void givenMessengerAndInteropDevices_whenEncoded_thenTheyDecodeToThemselves(String text) {
        Node node = from(Jid.parse(text));
        byte[] encoded = NodeVectors.encode(node);
        assertThat(encoded[5] & 0xFF).isEqualTo(text.endsWith("msgr") ? WireTag.FB_JID : WireTag.INTEROP_JID);
        assertThat(NodeVectors.decode(encoded)).isEqualTo(node);
    }

    @Test
    void givenUnknownServer_whenReceived_thenKeptAsItCame() {
        // JID_PAIR "123" at "new.srv", a server of the future: it must not break the stream.
        Jid jid = NodeVectors.decodeHex(BEFORE_VALUE + "faff82123ffc076e65772e737276")
                .requireJid("from");
        assertThat(jid).hasToString("123@new.srv");
        assertThat(jid.server().isKnown()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fafc0361406203", // a user with an '@'
                "fafc0361206203", // a user with a space
                "faff021f2303", // a user with U+0000 from a nibble out of place
                "f7000500", // a device without a user
                "fafa000303", // an address as the user of an address
                "faff82123ffc03612062" // a server with a space
            })
    void givenAddressThatCannotBe_whenDecoded_thenRefusedWithoutRepeatingIt(String value) {
        assertThatThrownBy(() -> NodeVectors.decodeHex(BEFORE_VALUE + value))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("at byte ")
                .hasNoCause();
    }

    private static Node from(Jid jid) {
        return Node.builder("message").attr("from", jid).build();
    }

    private static void assertRefused(Node node) {
        ByteBuf out = Unpooled.buffer().writeInt(42);
        assertThatThrownBy(() -> NodeEncoder.encode(node, out))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must");
        assertThat(out.readableBytes()).isEqualTo(4);
        assertThatThrownBy(() -> NodeEncoder.encodeCompressed(node, out)).isInstanceOf(IllegalArgumentException.class);
        assertThat(out.readableBytes()).isEqualTo(4);
    }
}
