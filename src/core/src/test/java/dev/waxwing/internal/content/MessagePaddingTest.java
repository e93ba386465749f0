package dev.waxwing.internal.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.vectors.Vectors;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class MessagePaddingTest {

    private static final HexFormat HEX = HexFormat.of();
    private final JsonNode vectors = Vectors.load("messaging-padding.json");

    @Test
    void givenThePeersRandomByte_whenPadded_thenTheSameBytes() {
        assertThat(vectors.get("pad")).isNotEmpty();
        for (JsonNode row : vectors.get("pad")) {
            byte[] message = HEX.parseHex(row.get("message").asText());
            int random = HEX.parseHex(row.get("randomByte").asText())[0];

            assertThat(HEX.formatHex(MessagePadding.pad(message, random)))
                    .isEqualTo(row.get("padded").asText());
        }
    }

    @Test
    void givenPaddedMessage_whenStripped_thenTheMessage() {
        for (JsonNode row : vectors.get("pad")) {
            byte[] padded = HEX.parseHex(row.get("padded").asText());

            assertThat(HEX.formatHex(MessagePadding.strip(padded)))
                    .isEqualTo(row.get("unpadded").asText());
        }
    }

    @Test
    void givenImpossibleOrDisputedPadding_whenStripped_thenRefused() {
        for (String list : new String[] {"reject", "peerDivergence"}) {
            for (JsonNode row : vectors.get(list)) {
                byte[] padded = HEX.parseHex(row.get("input").asText());

                assertThatThrownBy(() -> MessagePadding.strip(padded))
                        .as(row.get("note").asText())
                        .isInstanceOf(ProtocolViolationException.class);
            }
        }
    }
}
