package dev.waxwing.internal.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.SignedPreKey;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.vectors.Vectors;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The text of a QR code is what a peer shows. */
final class QrTextTest {

    @TestFactory
    Stream<DynamicTest> givenPeersKeys_whenMadeToACode_thenItIsThePeers() {
        JsonNode rows = Vectors.load("pairing-code.json").get("qr");
        assertThat(rows).isNotEmpty();
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> dynamicTest(row.get("name").textValue(), () -> check(row)));
    }

    private static void check(JsonNode row) {
        byte[] unused = Curve25519.generate().privateKey();
        KeyPair identity = new KeyPair(bytes(row, "identityPublic"), unused);
        Credentials own = Credentials.builder(
                        new KeyPair(bytes(row, "noisePublic"), unused),
                        identity,
                        SignedPreKey.create(1, Curve25519.generate()),
                        1,
                        bytes(row, "advSecret"))
                .build();

        assertThat(QrText.of(
                        row.get("ref").textValue(), own, row.get("platformId").textValue()))
                .isEqualTo(row.get("qr").textValue());
    }

    private static byte[] bytes(JsonNode row, String name) {
        return HexFormat.of().parseHex(row.get(name).textValue());
    }
}
