package dev.waxwing.internal.chat;

import dev.waxwing.chat.SavedContact;
import dev.waxwing.internal.sync.syncd.StateAction;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.syncaction.ContactAction;
import dev.waxwing.proto.syncaction.LidContactAction;
import java.util.Optional;
import java.util.function.Consumer;

/** People of the address book as actions carry them. */
final class ContactValues {

    private static final int LONGEST = 1_024;

    private ContactValues() {}

    /** The person of a {@code contact} or {@code lid_contact}, if it is one. */
    static Optional<SavedContact> of(StateAction action) {
        return MessageRanges.jid(action.part(1)).filter(Jid::isUser).map(id -> {
            SavedContact.Builder contact = SavedContact.builder(id).removed(action.removal());
            if (!action.removal() && action.name().equals("contact")) {
                saved(action.value().getContactAction(), contact);
            } else if (!action.removal()) {
                known(action.value().getLidContactAction(), contact);
            }
            return contact.build();
        });
    }

    private static void saved(ContactAction action, SavedContact.Builder contact) {
        name(action.getFullName(), contact::fullName);
        name(action.getFirstName(), contact::firstName);
        name(action.getUsername(), contact::username);
        MessageRanges.jid(action.getLidJID()).filter(Jid::isLid).ifPresent(contact::lid);
        MessageRanges.jid(action.getPnJID()).filter(Jid::isPhone).ifPresent(contact::phoneNumber);
        contact.onPhone(action.getSaveOnPrimaryAddressbook());
    }

    private static void known(LidContactAction action, SavedContact.Builder contact) {
        name(action.getFullName(), contact::fullName);
        name(action.getFirstName(), contact::firstName);
        name(action.getUsername(), contact::username);
    }

    private static void name(String name, Consumer<String> to) {
        if (!name.isEmpty()) {
            to.accept(name.length() > LONGEST ? name.substring(0, LONGEST) : name);
        }
    }
}
