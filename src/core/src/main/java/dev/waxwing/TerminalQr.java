package dev.waxwing;

import static java.util.Objects.requireNonNull;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Shows a QR code as text, two rows of modules per line, so that a phone can scan it off a terminal.
 *
 * <p>Needs the optional dependency {@code com.google.zxing:core}.
 */
public final class TerminalQr {

    /** Modules of white around the code; scanners ask for four, in practice two suffice on a terminal. */
    private static final int QUIET_ZONE = 2;

    private TerminalQr() {}

    /**
     * Prints the code to standard output.
     *
     * @param qr the text of the code, as {@code connection.update} gives it
     * @throws IllegalStateException if {@code com.google.zxing:core} is not on the class path
     */
    public static void print(String qr) {
        // UTF-8 whatever the platform's default is: the block characters have no other common encoding.
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.println(render(qr));
    }

    /**
     * Draws the code, dark modules as blanks and light ones as blocks, which is right for light text on a dark terminal
     * and still scans when inverted.
     *
     * @param qr the text of the code, 1 to 1,500 characters
     * @return lines of equal length, separated by newlines
     * @throws IllegalArgumentException if the text is empty or too long for a code
     * @throws IllegalStateException if {@code com.google.zxing:core} is not on the class path
     */
    public static String render(String qr) {
        if (requireNonNull(qr, "qr").isEmpty()) {
            throw new IllegalArgumentException("qr must not be empty");
        }
        try {
            return draw(encode(qr));
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "printing a QR code needs the optional dependency com.google.zxing:core", e);
        }
    }

    private static BitMatrix encode(String qr) {
        Map<EncodeHintType, Object> hints =
                Map.of(EncodeHintType.MARGIN, QUIET_ZONE, EncodeHintType.ERROR_CORRECTION, ErrorCorrectionLevel.L);
        try {
            return new QRCodeWriter().encode(qr, BarcodeFormat.QR_CODE, 0, 0, hints);
        } catch (WriterException e) {
            throw new IllegalArgumentException("qr of " + qr.length() + " characters does not fit a QR code", e);
        }
    }

    private static String draw(BitMatrix modules) {
        StringBuilder text = new StringBuilder();
        for (int y = 0; y < modules.getHeight(); y += 2) {
            for (int x = 0; x < modules.getWidth(); x++) {
                boolean upperDark = modules.get(x, y);
                boolean lowerDark = y + 1 < modules.getHeight() && modules.get(x, y + 1);
                text.append(block(upperDark, lowerDark));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static char block(boolean upperDark, boolean lowerDark) {
        if (upperDark) {
            return lowerDark ? ' ' : '▄';
        }
        return lowerDark ? '▀' : '█';
    }
}
