package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.proto.e2e.ContactMessage;
import dev.waxwing.proto.e2e.ContactsArrayMessage;
import dev.waxwing.proto.e2e.Message;
import java.time.Instant;
import java.util.List;

/** People whom somebody can be reached at, each as a vCard. Make one by {@link Content#contacts(Contact...)}. */
public final class ContactsContent extends Content implements MessageContent {

    private final ContactsArrayMessage wire;

    private ContactsContent(ContactsArrayMessage wire, MessageContext context) {
        super(context);
        this.wire = requireNonNull(wire, "wire");
    }

    static ContactsContent read(Message message) {
        return new ContactsContent(
                message.getContactsArrayMessage().toBuilder().clearContextInfo().build(), MessageContext.NONE);
    }

    static ContactsContent of(List<Contact> contacts) {
        ContactsArrayMessage.Builder wire = ContactsArrayMessage.newBuilder();
        ContentLimits.items(contacts, "contacts")
                .forEach(contact -> wire.addContacts(ContactMessage.newBuilder()
                        .setDisplayName(contact.requireSendable().displayName())
                        .setVcard(contact.vcard())));
        if (wire.getContactsCount() > 1) {
            wire.setDisplayName(wire.getContactsCount() + " contacts");
        }
        return new ContactsContent(wire.build(), MessageContext.NONE);
    }

    static ContactsContent readOne(Message message) {
        return new ContactsContent(
                ContactsArrayMessage.newBuilder()
                        .addContacts(message.getContactMessage().toBuilder().clearContextInfo())
                        .build(),
                MessageContext.NONE);
    }

    /**
     * The people.
     *
     * @return one or more in what is sent, any number in what was received; unmodifiable
     */
    public List<Contact> contacts() {
        return wire.getContactsList().stream()
                .map(contact -> new Contact(contact.getDisplayName(), contact.getVcard()))
                .toList();
    }

    /**
     * What several of them are called together.
     *
     * @return the text, empty if there is none
     */
    public String displayName() {
        return wire.getDisplayName();
    }

    /**
     * The same with a name for several of them together.
     *
     * @param displayName a name for several of them together, at most {@link ContentLimits#MAX_TEXT} UTF-16 units
     * @return a new content
     * @throws IllegalArgumentException if it is too long
     */
    public ContactsContent withDisplayName(String displayName) {
        return new ContactsContent(
                wire.toBuilder()
                        .setDisplayName(ContentLimits.text(displayName, "displayName"))
                        .build(),
                context());
    }

    @Override
    Message.Builder wire(Instant now) {
        return wire.getContactsCount() == 1
                ? Message.newBuilder().setContactMessage(wire.getContacts(0))
                : Message.newBuilder().setContactsArrayMessage(wire);
    }

    @Override
    Content with(MessageContext context) {
        return new ContactsContent(wire, context);
    }

    @Override
    Object value() {
        return wire;
    }

    /** Shows the kind and never the content. */
    @Override
    public String toString() {
        return "Contacts[" + wire.getContactsCount() + "]";
    }
}
