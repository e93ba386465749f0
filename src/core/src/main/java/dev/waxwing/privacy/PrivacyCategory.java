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
    LAST_SEEN("last"),
    /** Whether the user is there. */
    ONLINE("online"),
    /** The profile picture. */
    PROFILE_PICTURE("profile"),
    /** The text about the user. */
    STATUS("status"),
    /** Whether others are told that their messages were read. */
    READ_RECEIPTS("readreceipts"),
    /** Who may add the user to groups. */
    GROUPS_ADD("groupadd"),
    /** Who may call. */
    CALLS("calladd"),
    /** Who may write. */
    MESSAGES("messages"),
    /** Whether the account is guarded against strangers more closely. */
    DEFENSE("defense");

    private final String wireName;

    PrivacyCategory(String wireName) {
        this.wireName = wireName;
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
        return switch (this) {
            case LAST_SEEN, PROFILE_PICTURE, STATUS, GROUPS_ADD -> Set.of(ALL, CONTACTS, CONTACTS_EXCEPT, NOBODY);
            case ONLINE -> Set.of(ALL, MATCH_LAST_SEEN);
            case READ_RECEIPTS -> Set.of(ALL, NOBODY);
            case CALLS -> Set.of(ALL, KNOWN, CONTACTS);
            case MESSAGES -> Set.of(ALL, CONTACTS);
            case DEFENSE -> Set.of(OFF, ON_STANDARD);
        };
    }
}
