package dev.waxwing.internal.pairing;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What QR codes say of this client, and how long they are good for.
 *
 * @param clientDigit the kind of client as the QR code tells it, for example {@code "1"} for Chrome
 * @param firstCode how long the first code of a connection is good for, positive
 * @param nextCode how long each further one is good for, positive
 */
public record QrPolicy(String clientDigit, Duration firstCode, Duration nextCode) {

    /**
     * Checks that nothing is missing.
     *
     * @param clientDigit the kind of client
     * @param firstCode how long the first code of a connection is good for
     * @param nextCode how long each further one is good for
     */
    public QrPolicy {
        requireNonNull(clientDigit, "clientDigit");
        requireNonNull(firstCode, "firstCode");
        requireNonNull(nextCode, "nextCode");
    }
}
