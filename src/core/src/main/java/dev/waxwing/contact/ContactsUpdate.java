package dev.waxwing.contact;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.util.Optional;

/**
 * {@code contacts.update}: a person, perhaps this account's own, changed something that others see.
 *
 * @param id the person, by LID if that is known
 * @param idAlt the person's other form, if both are known
 * @param change what changed
 */
public record ContactsUpdate(Jid id, Optional<Jid> idAlt, ContactChange change) {

    /**
     * Checks that nothing is null.
     *
     * @param id the person, by LID if that is known
     * @param idAlt the person's other form, if both are known
     * @param change what changed
     */
    public ContactsUpdate {
        requireNonNull(id, "id");
        requireNonNull(idAlt, "idAlt");
        requireNonNull(change, "change");
    }
}
