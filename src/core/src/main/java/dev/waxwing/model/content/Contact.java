package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;

/**
 * A person with a name and a vCard, which holds numbers, addresses and more.
 *
 * @param displayName what the person is called
 * @param vcard the vCard, as text; in what was received, whatever its author wrote there
 */
public record Contact(String displayName, String vcard) {

    /** The longest vCard that can be sent, in UTF-16 units. */
    public static final int MAX_VCARD = 64 * 1024;

    /**
     * Checks for null.
     *
     * @param displayName what the person is called
     * @param vcard the vCard
     */
    public Contact {
        requireNonNull(displayName, "displayName");
        requireNonNull(vcard, "vcard");
    }

    /**
     * A person of this service: the vCard has the number such that clients offer to write to it.
     *
     * @param displayName what the person is called
     * @param person the person, by phone number
     * @return the contact
     * @throws IllegalArgumentException if the person is not given by phone number, or the name is empty or too long
     */
    public static Contact of(String displayName, Jid person) {
        ContentLimits.notEmpty(displayName, "displayName");
        if (!requireNonNull(person, "person").isPhone()) {
            throw new IllegalArgumentException("person must be given by phone number but was " + person);
        }
        String name = escaped(displayName);
        return new Contact(
                displayName,
                "BEGIN:VCARD\nVERSION:3.0\nN:;" + name + ";;;\nFN:" + name + "\nTEL;type=CELL;type=VOICE;waid="
                        + person.user() + ":+" + person.user() + "\nEND:VCARD");
    }

    /** What an application sends; what was received may be of any size. */
    Contact requireSendable() {
        ContentLimits.text(displayName, "contacts: displayName");
        if (vcard.length() > MAX_VCARD) {
            throw new IllegalArgumentException(
                    "contacts: vcard must have at most " + MAX_VCARD + " characters but has " + vcard.length());
        }
        return this;
    }

    /** As RFC 6350, section 3.4 wants text values. */
    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace(",", "\\,")
                .replace(";", "\\;")
                .replace("\r", "")
                .replace("\n", "\\n");
    }

    /** Shows nothing of the person. */
    @Override
    public String toString() {
        return "Contact[vCard of " + vcard.length() + " characters]";
    }
}
