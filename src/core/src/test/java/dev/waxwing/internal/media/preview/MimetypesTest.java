package dev.waxwing.internal.media.preview;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Types by content, with names that say something else. */
final class MimetypesTest {

    @ParameterizedTest
    @CsvSource({
        "ffd8ffe000104a464946, image/jpeg",
        "89504e470d0a1a0a0000000d49484452, image/png",
        "474946383961, image/gif",
        "524946461a00000057454250565038 20, image/webp",
        "5249464624000000574156456d74, audio/wav",
        "000000206674797069736f6d, video/mp4",
        "00000020667479706d703432, video/mp4",
        "00000014667479707174 2020, video/quicktime",
        "0000001c667479704d344120, audio/mp4",
        "00000018667479703367 7035, video/3gpp",
        "1a45dfa3a342868101427765626d, video/webm",
        "1a45dfa3a34286810142 6d6174726f736b61, video/x-matroska",
        "4f67675300020000000000000000000000004f70757348656164, audio/ogg; codecs=opus",
        "4f676753000200000000000000000000000001766f72626973, audio/ogg",
        "494433030000, audio/mpeg",
        "fffb9064, audio/mpeg",
        "fff15080, audio/aac",
        "664c6143, audio/flac",
        "2321414d520a, audio/amr",
        "255044462d312e37, application/pdf",
        "1f8b0808, application/gzip",
    })
    void givenBeginning_whenLookedAt_thenTheNameDoesNotMatter(String hex, String mimetype) {
        byte[] head = HexFormat.of().parseHex(hex.replace(" ", ""));

        assertThat(Mimetypes.of(head, "holiday.txt")).isEqualTo(mimetype);
    }

    @Test
    void givenArchives_whenLookedAt_thenTheirFirstFilesTellThemApart() {
        assertThat(Mimetypes.of(zip("word/document.xml"), "x"))
                .isEqualTo("application/vnd.openxmlformats-officedocument.wordprocessingml.document");
        assertThat(Mimetypes.of(zip("xl/workbook.xml"), "x"))
                .isEqualTo("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        assertThat(Mimetypes.of(zip("mimetypeapplication/epub+zip"), "x")).isEqualTo("application/epub+zip");
        assertThat(Mimetypes.of(zip("AndroidManifest.xml"), "bot.APK"))
                .isEqualTo("application/vnd.android.package-archive");
        assertThat(Mimetypes.of(zip("readme"), "x")).isEqualTo("application/zip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "x.", ".", "noending", "a.qqqqq"})
    void givenNothingKnown_whenLookedAt_thenItIsAStreamOfBytes(String name) {
        assertThat(Mimetypes.of(new byte[] {1, 2, 3, 0, 5}, name)).isEqualTo("application/octet-stream");
    }

    @Test
    void givenEmptyFile_whenLookedAt_thenTheNameDecides() {
        assertThat(Mimetypes.of(new byte[0], "page.html")).isEqualTo("text/html");
    }

    @Test
    void givenEveryShortBeginning_whenLookedAt_thenNothingIsThrown() {
        byte[] head = zip("word/document.xml");
        for (int length = 0; length < head.length; length++) {
            assertThat(Mimetypes.of(Arrays.copyOf(head, length), "x")).isNotEmpty();
        }
    }

    private static byte[] zip(String firstFile) {
        return ("PK\u0003\u0004" + "0".repeat(26) + firstFile).getBytes(StandardCharsets.ISO_8859_1);
    }
}
