package dev.waxwing.chat;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;

/**
 * {@code lid-mapping.update}: the phone says that a number and a LID are one person.
 *
 * @param lid the LID
 * @param phoneNumber the number, {@code pn}
 */
public record LidMappingUpdate(Jid lid, Jid phoneNumber) {

    /**
     * Checks the parts.
     *
     * @param lid the LID
     * @param phoneNumber the number
     */
    public LidMappingUpdate {
        requireNonNull(lid, "lid");
        requireNonNull(phoneNumber, "phoneNumber");
    }
}
