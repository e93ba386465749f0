package dev.waxwing.contact;

import dev.waxwing.event.EventKey;

/** The keys of the events of contacts. Those of the address book are in {@link dev.waxwing.chat.ChatEvents}. */
public final class ContactEvents {

    /** {@code contacts.update}: somebody has another picture, text or timer. */
    public static final EventKey<ContactsUpdate> CONTACTS_UPDATE =
            new EventKey<>("contacts.update", ContactsUpdate.class);

    private ContactEvents() {}
}
