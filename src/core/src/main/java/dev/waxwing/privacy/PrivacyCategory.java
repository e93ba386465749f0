package dev.waxwing.privacy;

import static dev.waxwing.privacy.PrivacyValue.ALL;
import static dev.waxwing.privacy.PrivacyValue.CONTACTS;
import static dev.waxwing.privacy.PrivacyValue.CONTACTS_EXCEPT;
import static dev.waxwing.privacy.PrivacyValue.KNOWN;
import static dev.waxwing.privacy.PrivacyValue.MATCH_LAST_SEEN;
import static dev.waxwing.privacy.PrivacyValue.NOBODY;
import static dev.waxwing.privacy.PrivacyValue.OFF;
import static dev.waxwing.privacy.PrivacyValue.ON_STANDARD;

import java.util.Set;

/** What a privacy setting is about. Later versions may add more. */
public enum PrivacyCategory {
    /** When the user was last there. */
    LAST_SEEN("last", ALL, CONTACTS, CONTACTS_EXCEPT, NOBODY),
    /** Whether the user is there. */
    ONLINE("online", ALL, MATCH_LAST_SEEN),
    /** The profile picture. */
    PROFILE_PICTURE("profile", ALL, CONTACTS, CONTACTS_EXCEPT, NOBODY),
    /** The text about the user. */
    STATUS("status", ALL, CONTACTS, CONTACTS_EXCEPT, NOBODY),
    /** Whether others are told that their messages were read. */
    READ_RECEIPTS("readreceipts", ALL, NOBODY),
    /** Who may add the user to groups. */
    GROUPS_ADD("groupadd", ALL, CONTACTS, CONTACTS_EXCEPT, NOBODY),
    /** Who may call. */
    CALLS("calladd", ALL, KNOWN, CONTACTS),
    /** Who may write. */
    MESSAGES("messages", ALL, CONTACTS),
    /** Whether the account is guarded against strangers more closely. */
    DEFENSE("defense", OFF, ON_STANDARD);

    private final String wireName;
    private final Set<PrivacyValue> values;

    PrivacyCategory(String wireName, PrivacyValue... values) {
        this.wireName = wireName;
        this.values = Set.of(values);
    }

    /**
     * How the service calls it.
     *
     * @return the name
     */
    public String wireName() {
        return wireName;
    }

    /**
     * What it can be set to.
     *
     * @return the values
     */
    public Set<PrivacyValue> allowedValues() {
        return values;
    }
}
