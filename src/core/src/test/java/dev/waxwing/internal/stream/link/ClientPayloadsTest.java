package dev.waxwing.internal.stream.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.model.ClientVersion;
import dev.waxwing.model.Jid;
import dev.waxwing.vectors.Vectors;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class ClientPayloadsTest {

    private static final JsonNode FILE = Vectors.load("client-payload.json");

    @TestFactory
    Stream<DynamicTest> givenVector_whenBuilt_thenSameBytes() {
        return StreamSupport.stream(FILE.get("vectors").spliterator(), false)
                .map(row -> DynamicTest.dynamicTest(
                        row.get("name").textValue(),
                        () -> assertThat(HexFormat.of()
                                        .formatHex(ClientPayloads.of(identity(row), profile(row))
                                                .toByteArray()))
                                .isEqualTo(row.get("bytes").textValue())));
    }

    @Test
    void givenVectorFile_whenCounted_thenNoneIsMissing() {
        assertThat(FILE.get("vectors")).hasSize(9).hasSize(FILE.get("count").intValue());
    }

    private static StreamIdentity identity(JsonNode row) {
        JsonNode keys = FILE.get("keys");
        if (row.get("kind").textValue().equals("login")) {
            JsonNode pushName = row.get("config").get("pushName");
            return new StreamIdentity.Login(
                    Curve25519.generate(),
                    Jid.parse(row.get("jid").textValue()),
                    pushName == null ? null : pushName.textValue());
        }
        return new StreamIdentity.Registration(
                Curve25519.generate(),
                row.get("registrationId").intValue(),
                hex(keys.get("identity").get("public")),
                row.get("signedPreKeyId").intValue(),
                hex(keys.get("signedPreKey").get("public")),
                hex(keys.get("signedPreKey").get("signature")));
    }

    private static ClientProfile profile(JsonNode row) {
        JsonNode config = row.get("config");
        JsonNode version = config.get("version");
        JsonNode full = config.get("syncFullHistory");
        return new ClientProfile(
                new ClientVersion(
                        version.get(0).intValue(),
                        version.get(1).intValue(),
                        version.get(2).intValue()),
                config.get("browser").get(0).textValue(),
                config.get("browser").get(1).textValue(),
                full != null && full.booleanValue(),
                ClientProfile.DEFAULT_HISTORY,
                "en",
                config.get("countryCode").textValue());
    }

    private static byte[] hex(JsonNode text) {
        return HexFormat.of().parseHex(text.textValue());
    }
}
