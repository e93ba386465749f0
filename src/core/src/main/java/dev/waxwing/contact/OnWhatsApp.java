package dev.waxwing.contact;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.util.Optional;

/**
 * Whether a phone number is on the service.
 *
 * @param number the number that was asked for, as digits
 * @param exists whether it is
 * @param phoneNumber by which the person is written to; empty if it is not
 * @param lid the person's LID, if the server tells it
 * @param verifiedName the name that the service has looked at, of a business; as the server says, not verified here
 */
public record OnWhatsApp(
        String number, boolean exists, Optional<Jid> phoneNumber, Optional<Jid> lid, Optional<String> verifiedName) {

    /**
     * Checks that nothing is null.
     *
     * @param number the number that was asked for, as digits
     * @param exists whether it is
     * @param phoneNumber by which the person is written to; empty if it is not
     * @param lid the person's LID, if the server tells it
     * @param verifiedName the name that the service has looked at, of a business; as the server says, not verified here
     */
    public OnWhatsApp {
        requireNonNull(number, "number");
        requireNonNull(phoneNumber, "phoneNumber");
        requireNonNull(lid, "lid");
        requireNonNull(verifiedName, "verifiedName");
    }
}
