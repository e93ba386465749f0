package dev.waxwing.internal.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.model.Jid;
import dev.waxwing.vectors.Vectors;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MessageIdsTest {

    @Test
    void givenTimeUserAndRandomness_whenMade_thenTheIdOfTheTightForm() {
        JsonNode rows = Vectors.load("messaging-id.json").get("vectors");
        assertThat(rows).isNotEmpty();
        for (JsonNode row : rows) {
            String id = MessageIds.of(
                    row.get("ownJid").isNull()
                            ? null
                            : Jid.parse(row.get("ownJid").asText()),
                    row.get("unixSeconds").asLong(),
                    HexFormat.of().parseHex(row.get("random16").asText()));

            assertThat(id).isEqualTo(row.get("packedPreimageVariant").get("id").asText());
        }
    }

    @Test
    void givenTheSameSecond_whenManyAreMade_thenAllDifferAndHaveTheWebShape() {
        Set<String> ids = new HashSet<>();
        Jid me = Jid.parse("15551230001:5@s.whatsapp.net");
        for (int i = 0; i < 1000; i++) {
            ids.add(MessageIds.next(me, Instant.ofEpochSecond(1_760_000_000)));
        }
        assertThat(ids).hasSize(1000).allMatch(id -> id.matches("3EB0[0-9A-F]{18}"));
    }
}
