package dev.waxwing;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How this device introduces itself and is linked; a section of {@link SocketConfig}. Not thread-safe. */
public final class LinkingConfig extends ConfigSection<LinkingConfig> {

    private static final int LONGEST_NAME = 100;

    Browser browser = Browser.DEFAULT;

    @Nullable
    String pushName;

    Duration firstQrTimeout = Duration.ofSeconds(60);
    Duration nextQrTimeout = Duration.ofSeconds(20);

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
}
