package dev.waxwing;

import static java.util.Objects.requireNonNull;

import java.util.Set;

/**
 * How this device introduces itself when it is linked; the phone shows it in its list of linked devices. Cannot be
 * changed without linking again.
 *
 * @param os the text shown, for example {@code "Waxwing"} or {@code "Linux"}; 1 to 100 characters, no control
 *     characters
 * @param platform picks the icon
 */
public record Browser(String os, Platform platform) {

    /** Shown as "Waxwing" with the Chrome icon. */
    public static final Browser DEFAULT = new Browser("Waxwing", Platform.CHROME);

    private static final int MAX_OS_LENGTH = 100;
    private static final Set<String> SYSTEMS = Set.of("Android", "Linux", "Mac OS", "Ubuntu", "Windows");

    /**
     * Checks the text.
     *
     * @param os the text shown
     * @param platform picks the icon
     */
    public Browser {
        requireNonNull(os, "os");
        requireNonNull(platform, "platform");
        if (os.isBlank() || os.length() > MAX_OS_LENGTH) {
            throw new IllegalArgumentException(
                    "os must have 1 to " + MAX_OS_LENGTH + " characters and not only space, but has " + os.length());
        }
        if (os.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("os must not have control characters");
        }
    }

    /**
     * As a phone shows this device while a pairing code is typed. The server takes browsers and systems that exist and
     * refuses others (whatsmeow), so a text of the application's own is not shown there.
     */
    String pairingName() {
        return platform.browserName() + " (" + (SYSTEMS.contains(os) ? os : "Linux") + ")";
    }

    /** The kinds of linked device that the service knows an icon for. */
    public enum Platform {
        /** Google Chrome. */
        CHROME("Chrome", "1"),
        /** Mozilla Firefox. */
        FIREFOX("Firefox", "3"),
        /** Apple Safari. */
        SAFARI("Safari", "6"),
        /** Microsoft Edge. */
        EDGE("Edge", "2"),
        /** Opera. */
        OPERA("Opera", "5"),
        /** The desktop app. */
        DESKTOP("Desktop", "7");

        private final String browserName;
        private final String qrDigit;

        Platform(String browserName, String qrDigit) {
            this.browserName = browserName;
            this.qrDigit = qrDigit;
        }

        /** The kind as the registration announces it. */
        String browserName() {
            return browserName;
        }

        /** The kind as the QR code names it; must fit what the registration announces. Source: peer Baileys. */
        String qrDigit() {
            return qrDigit;
        }
    }
}
