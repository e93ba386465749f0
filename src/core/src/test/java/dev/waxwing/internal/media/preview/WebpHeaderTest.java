package dev.waxwing.internal.media.preview;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Headers by hand, as RFC 9649 lays them out. */
final class WebpHeaderTest {

    private static final String LOSSY = "52494646 00010000 57454250 56503820 f0000000 300100 9d012a 00020001 0000";
    private static final String EXTENDED = "52494646 00010000 57454250 56503858 0a000000 02000000 ff0100 ff0000 0000";

    @ParameterizedTest
    @CsvSource({
        LOSSY + ", 512, 256",
        // 14 bits of width less one, 14 bits of height less one: 511 and 255.
        "52494646 00010000 57454250 5650384c f0000000 2f ffc13f00 0000000000, 512, 256",
        EXTENDED + ", 512, 256",
    })
    void givenHeader_whenRead_thenItHasTheDimensions(String hex, int width, int height) {
        assertThat(WebpHeader.size(bytes(hex))).contains(new PixelSize(width, height));
    }

    @Test
    void givenFlagOfAnimation_whenRead_thenItMoves() {
        assertThat(WebpHeader.isAnimated(bytes(EXTENDED))).isTrue();
        assertThat(WebpHeader.isAnimated(bytes(LOSSY))).isFalse();
    }

    @Test
    void givenImpossibleSize_whenRead_thenThereIsNone() {
        assertThat(WebpHeader.size(bytes("52494646 00010000 57454250 56503858 0a000000 00000000 ffffff ffffff 0000")))
                .isEmpty();
        assertThat(WebpHeader.size(bytes("52494646 00010000 57454250 56503820 f0000000 300100 9d012a 00000000 0000")))
                .isEmpty();
    }

    @Test
    void givenEveryTruncation_whenRead_thenThereIsNone() {
        byte[] whole = bytes(EXTENDED);
        for (int length = 0; length < 30; length++) {
            assertThat(WebpHeader.size(Arrays.copyOf(whole, length))).isEmpty();
        }
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
