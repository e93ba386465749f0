package dev.waxwing.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.model.Jid;
import dev.waxwing.vectors.Vectors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParticipantHashTest {

    @Test
    void givenVectors_whenHashedInAnyOrder_thenTheyAgree() {
        JsonNode vectors = Vectors.load("messaging-phash.json").get("vectors");
        assertThat(vectors).isNotEmpty();
        for (JsonNode vector : vectors) {
            List<Jid> devices = new ArrayList<>();
            vector.get("devices").forEach(device -> devices.add(Jid.parse(device.textValue())));
            String expected =
                    vector.get("derivedAdForm").get("standardAlphabet").textValue();

            assertThat(ParticipantHash.of(devices)).isEqualTo(expected);
            Collections.reverse(devices);
            assertThat(ParticipantHash.of(devices)).isEqualTo(expected);
        }
    }
}
