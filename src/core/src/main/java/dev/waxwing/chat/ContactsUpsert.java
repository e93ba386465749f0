package dev.waxwing.chat;

import dev.waxwing.internal.arguments.Copies;
import java.util.List;

/**
 * {@code contacts.upsert}: what the address book says now.
 *
 * @param contacts the people in order, never empty
 * @param initial whether this is what was before this device read it for the first time
 */
public record ContactsUpsert(List<SavedContact> contacts, boolean initial) {

    /**
     * Copies the list.
     *
     * @param contacts the people in order
     * @param initial whether this is what was before
     */
    public ContactsUpsert {
        contacts = Copies.list(contacts, "contacts");
    }
}
