package dev.waxwing;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.LinkRequest;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** How this device introduces itself and is linked; a section of {@link SocketConfig}. Not thread-safe. */
public final class LinkingConfig extends ConfigSection<LinkingConfig> {

    private static final int LONGEST_NAME = 100;

    Browser browser = Browser.DEFAULT;

    @Nullable
    String pushName;

    Duration firstQrTimeout = Duration.ofSeconds(60);
    Duration nextQrTimeout = Duration.ofSeconds(20);
    Duration pairingCodeTimeout = Duration.ofMinutes(3);
    Predicate<? super LinkRequest> acceptLink = request -> true;

    LinkingConfig() {}

    /**
     * How this device introduces itself when it is linked; default {@link Browser#DEFAULT}.
     *
     * @param browser the browser
     * @return this section
     */
    public LinkingConfig browser(Browser browser) {
        this.browser = requireNonNull(browser, "browser");
        return this;
    }

    /**
     * The display name to announce before the phone has told it; default none.
     *
     * @param pushName 1 to 100 characters, not only space, no control characters
     * @return this section
     */
    public LinkingConfig pushName(String pushName) {
        requireNonNull(pushName, "pushName");
        if (pushName.isBlank() || pushName.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("pushName must have 1 to " + LONGEST_NAME
                    + " characters and not only space, but has " + pushName.length());
        }
        if (pushName.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("pushName must not have control characters");
        }
        this.pushName = pushName;
        return this;
    }

    /**
     * How long QR codes are good for; default 60 s for the first and 20 s for each further one, as the service's own
     * clients have it.
     *
     * @param first 1 ms to 7 days
     * @param next 1 ms to 7 days
     * @return this section
     */
    public LinkingConfig qrTimeouts(Duration first, Duration next) {
        Duration checkedFirst = time(first, "first");
        this.nextQrTimeout = time(next, "next");
        this.firstQrTimeout = checkedFirst;
        return this;
    }

    /**
     * How long a pairing code is good for; default 180 s, about what the service gives it (whatsapp-rust).
     *
     * @param timeout 1 ms to 7 days
     * @return this section
     */
    public LinkingConfig pairingCodeTimeout(Duration timeout) {
        this.pairingCodeTimeout = time(timeout, "timeout");
        return this;
    }

    /**
     * Decides whether this device is linked to the account that a phone brings, by QR code or by pairing code; default
     * always. Refused, or without a decision within 30 s, the socket closes with
     * {@link dev.waxwing.error.PairingFailedException}, nothing is stored, and the phone does not list the device. So
     * does a test that throws.
     *
     * @param acceptLink true to be linked; called where listeners run, may block
     * @return this section
     */
    public LinkingConfig acceptLink(Predicate<? super LinkRequest> acceptLink) {
        this.acceptLink = requireNonNull(acceptLink, "acceptLink");
        return this;
    }
}
