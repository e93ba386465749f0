package dev.waxwing.internal.pairing;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.LinkRequest;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * What this client says of itself while it is linked, how long codes are good for, and whom it is linked to.
 *
 * @param clientDigit the kind of client, for example {@code "1"} for Chrome
 * @param displayName what the phone shows when a pairing code is asked for, for example {@code Chrome (Linux)}
 * @param firstQr how long the first QR code of a connection is good for, positive
 * @param nextQr how long each further one is good for, positive
 * @param pairingCode how long a pairing code is good for, positive
 * @param accepts whether to be linked to an account; called where listeners run, may block
 */
public record LinkingPolicy(
        String clientDigit,
        String displayName,
        Duration firstQr,
        Duration nextQr,
        Duration pairingCode,
        Predicate<? super LinkRequest> accepts) {

    /**
     * Checks that nothing is missing.
     *
     * @param clientDigit the kind of client
     * @param displayName what the phone shows when a pairing code is asked for
     * @param firstQr how long the first QR code of a connection is good for
     * @param nextQr how long each further one is good for
     * @param pairingCode how long a pairing code is good for
     * @param accepts whether to be linked to an account
     */
    public LinkingPolicy {
        requireNonNull(clientDigit, "clientDigit");
        requireNonNull(displayName, "displayName");
        requireNonNull(firstQr, "firstQr");
        requireNonNull(nextQr, "nextQr");
        requireNonNull(pairingCode, "pairingCode");
        requireNonNull(accepts, "accepts");
    }
}
