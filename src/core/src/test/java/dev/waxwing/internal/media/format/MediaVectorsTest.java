package dev.waxwing.internal.media.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.internal.media.format.Decryption.Expectation;
import dev.waxwing.vectors.Vectors;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The rows of media-keys, media-encrypt, media-range and media-sidecar, one test each. */
final class MediaVectorsTest {

    private static final long MOST = 1L << 20;

    @TempDir
    Path folder;

    @Test
    void givenTheFiles_whenCounted_thenEveryRowIsTested() {
        for (String file : List.of("media-keys", "media-encrypt", "media-range", "media-sidecar")) {
            JsonNode root = Vectors.load(file + ".json");
            assertThat(root.get("vectors"))
                    .as(file)
                    .hasSize(root.get("vectorCount").asInt());
        }
    }

    @TestFactory
    Stream<DynamicTest> givenMediaKey_whenDerived_thenTheKeysOfTheRow() {
        return rows("media-keys")
                .map(row -> DynamicTest.dynamicTest(row.get("type").asText(), () -> {
                    MediaKeys keys = keys(row);

                    assertThat(keys.iv()).isEqualTo(hex(row, "iv"));
                    assertThat(keys.cipherKey()).isEqualTo(hex(row, "cipherKey"));
                    assertThat(keys.macKey()).isEqualTo(hex(row, "macKey"));
                    assertThat(keys.refKey()).isEqualTo(hex(row, "refKey"));
                }));
    }

    @Test
    void givenTheTypes_whenNamed_thenTheirWordsAreInTheTable() {
        List<String> known =
                rows("media-keys").map(row -> row.get("hkdfInfo").asText()).toList();

        assertThat(Arrays.stream(MediaType.values()).map(MediaType::info)).isSubsetOf(known);
    }

    @TestFactory
    Stream<DynamicTest> givenPlaintext_whenEncrypted_thenTheFileOfTheRow() {
        return rows("media-encrypt")
                .map(row -> DynamicTest.dynamicTest(name(row), () -> {
                    EncryptedFile file = encrypt(row, hex(row, "plaintext"), false);

                    assertThat(Files.readAllBytes(file.path())).isEqualTo(hex(row, "encryptedFile"));
                    assertThat(file.plainLength())
                            .isEqualTo(row.get("fileLength").asLong());
                    assertThat(file.length()).isEqualTo(hex(row, "encryptedFile").length);
                    assertThat(file.sha256()).isEqualTo(hex(row, "fileSha256"));
                    assertThat(file.encSha256()).isEqualTo(hex(row, "fileEncSha256"));
                    assertThat(Base64.getUrlEncoder().withoutPadding().encodeToString(file.encSha256()))
                            .isEqualTo(row.get("uploadToken").asText());
                }));
    }

    @TestFactory
    Stream<DynamicTest> givenFile_whenDecryptedInPieces_thenThePlaintextOfTheRow() {
        return rows("media-encrypt")
                .map(row -> DynamicTest.dynamicTest(name(row), () -> {
                    for (int pieceBytes : new int[] {1, 7, 16, 1 << 20}) {
                        ByteArrayOutputStream plain = new ByteArrayOutputStream();
                        Decryption decryption = new Decryption(
                                keys(row),
                                new Expectation(
                                        hex(row, "fileSha256"),
                                        hex(row, "fileEncSha256"),
                                        row.get("fileLength").asLong(),
                                        MOST),
                                plain,
                                Runnable::run);
                        byte[] file = hex(row, "encryptedFile");
                        for (int from = 0; from < file.length; from += pieceBytes) {
                            decryption
                                    .take(Arrays.copyOfRange(file, from, Math.min(file.length, from + pieceBytes)))
                                    .join();
                        }

                        assertThat(decryption.finish().join())
                                .isEqualTo(row.get("fileLength").asLong());
                        assertThat(plain.toByteArray()).as("by %d", pieceBytes).isEqualTo(hex(row, "plaintext"));
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> givenRange_whenDecrypted_thenTheSliceOfTheRow() {
        JsonNode root = Vectors.load("media-range.json");
        byte[] file = hex(root, "encryptedFile");
        long length = hex(root, "plaintext").length;
        return rows("media-range")
                .map(row -> DynamicTest.dynamicTest(row.get("startByte") + "-" + row.get("endByte"), () -> {
                    ByteSpan span = new ByteSpan(
                            row.get("startByte").asLong(), row.get("endByte").asLong());

                    assertThat(span.encryptedFrom())
                            .isEqualTo(row.get("ciphertextFrom").asLong());
                    assertThat(span.isFirstBlockIv())
                            .isEqualTo(row.get("firstBlockIsIv").asBoolean());
                    byte[] fetched = Arrays.copyOfRange(file, (int) span.encryptedFrom(), (int)
                            Math.min(span.encryptedTo(), file.length - MediaFormat.MAC_BYTES));
                    assertThat(span.decrypt(keys(root), fetched, length)).isEqualTo(hex(row, "plaintextSlice"));
                }));
    }

    @TestFactory
    Stream<DynamicTest> givenPlaintext_whenEncryptedWithSidecar_thenTheSidecarOfTheRow() {
        return rows("media-sidecar")
                .map(row -> DynamicTest.dynamicTest(row.get("plaintextLength").asText(), () -> {
                    byte[] plain = new byte[row.get("plaintextLength").asInt()];
                    for (int i = 0; i < plain.length; i++) {
                        plain[i] = (byte) (7 * i + (i >> 8));
                    }
                    EncryptedFile file = encrypt(row, plain, true);

                    assertThat(file.length())
                            .isEqualTo(row.get("encryptedLength").asLong());
                    assertThat(file.encSha256()).isEqualTo(hex(row, "fileEncSha256"));
                    assertThat(file.sidecar()).isEqualTo(hex(row, "sidecar"));
                    assertThat(file.sidecar()).hasSize(10 * row.get("chunks").asInt());
                }));
    }

    private EncryptedFile encrypt(JsonNode row, byte[] plain, boolean withSidecar) throws IOException {
        return Encryption.start(
                        new ByteArrayInputStream(plain),
                        Files.createTempFile(folder, "file", ".enc"),
                        keys(row),
                        withSidecar,
                        MOST,
                        Runnable::run)
                .join();
    }

    private static MediaKeys keys(JsonNode row) {
        String info = row.has("hkdfInfo")
                ? row.get("hkdfInfo").asText()
                : row.get("type").asText().equals("video") ? MediaType.VIDEO.info() : MediaType.AUDIO.info();
        return MediaKeys.derive(hex(row, "mediaKey"), info);
    }

    private static String name(JsonNode row) {
        return row.get("type").asText() + " of " + row.get("fileLength").asText();
    }

    private static Stream<JsonNode> rows(String file) {
        return StreamSupport.stream(Vectors.load(file + ".json").get("vectors").spliterator(), false);
    }

    private static byte[] hex(JsonNode row, String field) {
        return HexFormat.of().parseHex(row.get(field).asText());
    }
}
