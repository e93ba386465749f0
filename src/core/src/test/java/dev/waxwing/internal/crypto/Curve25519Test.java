package dev.waxwing.internal.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.vectors.Vectors;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** All of xeddsa.json (31 signatures, 6 agreements) and the edges it does not reach. */
class Curve25519Test {

    private static final JsonNode FILE = Vectors.load("xeddsa.json");
    private static final byte[] MESSAGE = {1, 2, 3};

    @Test
    void givenTheFile_whenCounted_thenAllRowsAreThere() {
        assertThat(FILE.get("signatures")).hasSize(31);
        assertThat(FILE.get("agreements")).hasSize(6);
    }

    @TestFactory
    Stream<DynamicTest> givenSignatureRow_whenVerified_thenAsExpected() {
        return FILE.get("signatures")
                .valueStream()
                .map(row -> DynamicTest.dynamicTest(
                        name(row),
                        () -> assertThat(Curve25519.verify(
                                        hex(row, "public"), hex(row, "message"), hex(row, "signature")))
                                .isEqualTo(row.get("valid").asBoolean())));
    }

    @TestFactory
    Stream<DynamicTest> givenSignersKey_whenSigned_thenPublicKeyMatchesAndSignatureVerifies() {
        return FILE.get("signatures")
                .valueStream()
                .filter(row -> row.has("private"))
                .map(row -> DynamicTest.dynamicTest(name(row), () -> {
                    byte[] privateKey = hex(row, "private");
                    assertThat(Curve25519.fromPrivate(privateKey).publicKey()).isEqualTo(hex(row, "public"));
                    byte[] signature = Curve25519.sign(privateKey, hex(row, "message"));
                    assertThat(signature).hasSize(Curve25519.SIGNATURE_BYTES);
                    assertThat(Curve25519.verify(hex(row, "public"), hex(row, "message"), signature))
                            .isTrue();
                }));
    }

    @TestFactory
    Stream<DynamicTest> givenAgreementRow_whenAgreed_thenAsExpected() {
        return FILE.get("agreements")
                .valueStream()
                .map(row -> DynamicTest.dynamicTest(name(row), () -> {
                    byte[] privateA = hex(row, "privateA");
                    byte[] publicB = hex(row, "publicB");
                    if (!row.has("shared")) {
                        assertThat(row.get("expect").asText()).isEqualTo("reject");
                        assertThatThrownBy(() -> Curve25519.agree(privateA, publicB))
                                .isInstanceOf(ProtocolViolationException.class)
                                .hasMessageContaining("low order");
                        return;
                    }
                    assertThat(Curve25519.agree(privateA, publicB)).isEqualTo(hex(row, "shared"));
                    if (row.has("privateB")) {
                        assertThat(Curve25519.agree(hex(row, "privateB"), hex(row, "publicA")))
                                .isEqualTo(hex(row, "shared"));
                    }
                }));
    }

    @Test
    void givenGeneratedPairs_whenAgreed_thenBothSidesHoldTheSameSecret() {
        KeyPair a = Curve25519.generate();
        KeyPair b = Curve25519.generate();
        assertThat(Curve25519.agree(a.privateKey(), b.publicKey()))
                .isEqualTo(Curve25519.agree(b.privateKey(), a.publicKey()));
        assertThat(a).isNotEqualTo(b).isEqualTo(Curve25519.fromPrivate(a.privateKey()));
    }

    @Test
    void givenPublicKeyOfWrongLength_whenAgreed_thenProtocolViolation() {
        byte[] privateKey = Curve25519.generate().privateKey();
        assertThatThrownBy(() -> Curve25519.agree(privateKey, new byte[33]))
                .isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void givenPrivateKeyOfWrongLength_whenUsed_thenIllegalArgument() {
        assertThatThrownBy(() -> Curve25519.sign(new byte[31], MESSAGE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Curve25519.fromPrivate(new byte[33])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void givenPartsOrWhole_whenSigned_thenEitherVerifiesAsTheWhole() {
        KeyPair pair = Curve25519.generate();
        byte[] signature = Curve25519.sign(pair.privateKey(), new byte[] {1}, new byte[0], new byte[] {2, 3});
        assertThat(Curve25519.verify(pair.publicKey(), MESSAGE, signature)).isTrue();
    }

    @Test
    void givenLowOrderOrUnreducedPublicKey_whenVerified_thenRefused() {
        byte[] signature = Curve25519.sign(Curve25519.generate().privateKey(), MESSAGE);
        byte[] zero = new byte[32];
        byte[] minusOne = HexFormat.of().parseHex("ec" + "ff".repeat(30) + "7f");
        byte[] notReduced = HexFormat.of().parseHex("ff".repeat(31) + "7f");
        assertThat(Curve25519.verify(zero, MESSAGE, signature)).isFalse();
        assertThat(Curve25519.verify(minusOne, MESSAGE, signature)).isFalse();
        assertThat(Curve25519.verify(notReduced, MESSAGE, signature)).isFalse();
        // With a key of low order and R and S of the identity, a lax verifier accepts any message.
        byte[] forged = new byte[64];
        forged[0] = 1;
        assertThat(Curve25519.verify(zero, MESSAGE, forged)).isFalse();
        assertThat(Curve25519.verify(minusOne, MESSAGE, forged)).isFalse();
    }

    @Test
    void givenValidKeyWithTopBitSet_whenVerified_thenRefused() {
        KeyPair pair = Curve25519.generate();
        byte[] signature = Curve25519.sign(pair.privateKey(), MESSAGE);
        byte[] topBit = pair.publicKey().clone();
        topBit[31] |= (byte) 0x80;
        assertThat(Curve25519.verify(topBit, MESSAGE, signature)).isFalse();
    }

    @Test
    void givenPair_whenPrinted_thenNoKeyShows() {
        assertThat(Curve25519.generate()).hasToString("KeyPair[X25519]");
    }

    private static String name(JsonNode row) {
        return row.get("name").asText();
    }

    private static byte[] hex(JsonNode row, String field) {
        return HexFormat.of().parseHex(row.get(field).asText());
    }
}
