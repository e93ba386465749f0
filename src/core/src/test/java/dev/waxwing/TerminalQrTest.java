package dev.waxwing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.LuminanceSource;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.GlobalHistogramBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalQrTest {

    private static final int PIXELS_PER_MODULE = 8;

    @Test
    void givenLinkingText_whenRendered_thenAScannerReadsItOffTheScreen() throws Exception {
        String qr = "https://wa.me/settings/linked_devices#2@ref-number-0," + "A".repeat(43) + "=," + "B".repeat(43)
                + "=," + "C".repeat(43) + "=,1";

        String screen = TerminalQr.render(qr);

        assertThat(new QRCodeReader().decode(photograph(screen)).getText()).isEqualTo(qr);
    }

    @Test
    void givenUnusableText_whenRendered_thenRefused() {
        assertThatThrownBy(() -> TerminalQr.render(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("qr");
        assertThatThrownBy(() -> TerminalQr.render("x".repeat(5000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5000");
    }

    /** Turns the characters back into pixels: a block character is a light upper and/or lower half. */
    private static BinaryBitmap photograph(String screen) {
        List<String> lines = screen.lines().toList();
        int width = lines.get(0).length() * PIXELS_PER_MODULE;
        int height = lines.size() * 2 * PIXELS_PER_MODULE;
        int[] pixels = new int[width * height];
        for (int y = 0; y < height; y++) {
            String line = lines.get(y / (2 * PIXELS_PER_MODULE));
            boolean upper = y / PIXELS_PER_MODULE % 2 == 0;
            for (int x = 0; x < width; x++) {
                char block = line.charAt(x / PIXELS_PER_MODULE);
                boolean light = block == '█' || block == (upper ? '▀' : '▄');
                pixels[y * width + x] = light ? 0xffffff : 0;
            }
        }
        LuminanceSource source = new RGBLuminanceSource(width, height, Arrays.copyOf(pixels, pixels.length));
        return new BinaryBitmap(new GlobalHistogramBinarizer(source));
    }
}
