package dev.waxwing.internal.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.vectors.Vectors;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** All 56 rows of crypto.json, one test each. */
class CryptoVectorsTest {

    private static final JsonNode FILE = Vectors.load("crypto.json");

    @Test
    void givenTheFile_whenCounted_thenEverySectionIsTested() {
        int rows = 0;
        for (String section : List.of(
                "hkdfSha256",
                "hmac",
                "sha256",
                "md5BuildHash",
                "aes256Gcm",
                "aes256Ctr",
                "aes256CbcPkcs7",
                "bigEndian",
                "pairingBase32")) {
            rows += FILE.get(section).size();
        }
        assertThat(rows).isEqualTo(56).isEqualTo(FILE.get("count").asInt());
    }

    @TestFactory
    Stream<DynamicTest> givenHkdfRow_whenDerived_thenSameBytes() {
        return rows("hkdfSha256", row -> {
            byte[] info = row.get("info").asText().getBytes(UTF_8);
            byte[] salt = row.get("salt").isNull() ? null : hex(row, "salt");
            assertHex(Hkdf.sha256(hex(row, "ikm"), salt, info, row.get("length").asInt()), row, "okm");
        });
    }

    @TestFactory
    Stream<DynamicTest> givenHmacRow_whenComputed_thenSameMac() {
        return rows("hmac", row -> {
            byte[] key = hex(row, "key");
            byte[] data = hex(row, "data");
            boolean sha512 = row.get("algorithm").asText().equals("sha512");
            assertHex(sha512 ? Hmac.sha512(key, data) : Hmac.sha256(key, data), row, "mac");
        });
    }

    @TestFactory
    Stream<DynamicTest> givenSha256Row_whenHashed_thenSameDigest() {
        return rows("sha256", row -> assertHex(Digests.sha256(hex(row, "data")), row, "digest"));
    }

    @TestFactory
    Stream<DynamicTest> givenVersionText_whenHashed_thenSameBuildHash() {
        return rows(
                "md5BuildHash",
                row -> assertHex(Digests.md5(row.get("text").asText().getBytes(UTF_8)), row, "digest"));
    }

    @TestFactory
    Stream<DynamicTest> givenGcmRow_whenSealedAndOpened_thenSameBytesBothWays() {
        return rows("aes256Gcm", row -> {
            byte[] key = hex(row, "key");
            byte[] nonce = hex(row, "iv");
            byte[] additional = hex(row, "aad");
            assertHex(AesGcm.seal(key, nonce, additional, hex(row, "plaintext")), row, "ciphertextAndTag");
            assertHex(AesGcm.open(key, nonce, additional, hex(row, "ciphertextAndTag")), row, "plaintext");
        });
    }

    @TestFactory
    Stream<DynamicTest> givenCtrRow_whenApplied_thenSameBytesBothWays() {
        return rows("aes256Ctr", row -> {
            assertHex(AesCtr.apply(hex(row, "key"), hex(row, "iv"), hex(row, "plaintext")), row, "ciphertext");
            assertHex(AesCtr.apply(hex(row, "key"), hex(row, "iv"), hex(row, "ciphertext")), row, "plaintext");
        });
    }

    @TestFactory
    Stream<DynamicTest> givenCbcRow_whenEncryptedAndDecrypted_thenSameBytesBothWays() {
        return rows("aes256CbcPkcs7", row -> {
            byte[] key = hex(row, "key");
            byte[] iv = hex(row, "iv");
            byte[] ciphertext = AesCbc.encrypt(key, iv, hex(row, "plaintext"));
            assertHex(ciphertext, row, "ciphertext");
            assertHex(Bytes.concat(iv, ciphertext), row, "ivPrefixed");
            assertHex(AesCbc.decrypt(key, iv, ciphertext), row, "plaintext");
        });
    }

    @TestFactory
    Stream<DynamicTest> givenNumber_whenEncodedAndDecoded_thenSameBothWays() {
        return rows("bigEndian", row -> {
            long value = row.get("value").asLong();
            assertHex(BigEndian.encode(value, row.get("length").asInt()), row, "bytes");
            assertThat(BigEndian.decode(hex(row, "bytes"))).isEqualTo(value);
        });
    }

    @TestFactory
    Stream<DynamicTest> givenFiveBytes_whenEncoded_thenSamePairingCode() {
        return rows(
                "pairingBase32",
                row -> assertThat(PairingBase32.encode(hex(row, "bytes")))
                        .isEqualTo(row.get("text").asText()));
    }

    private interface RowTest {
        void run(JsonNode row);
    }

    private static Stream<DynamicTest> rows(String section, RowTest test) {
        return FILE.get(section)
                .valueStream()
                .map(row -> DynamicTest.dynamicTest(row.get("name").asText(), () -> test.run(row)));
    }

    private static byte[] hex(JsonNode row, String field) {
        return HexFormat.of().parseHex(row.get(field).asText());
    }

    private static void assertHex(byte[] actual, JsonNode row, String field) {
        assertThat(HexFormat.of().formatHex(actual)).isEqualTo(row.get(field).asText());
    }
}
