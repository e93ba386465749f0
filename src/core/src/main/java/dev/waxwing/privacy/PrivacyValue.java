package dev.waxwing.privacy;

/** What a privacy setting is. Later versions may add more. */
public enum PrivacyValue {
    /** Everybody. */
    ALL("all"),
    /** Those in the address book. */
    CONTACTS("contacts"),
    /** Those in the address book, except some. */
    CONTACTS_EXCEPT("contact_blacklist"),
    /** Nobody. */
    NOBODY("none"),
    /** Those who may see when the user was last there. */
    MATCH_LAST_SEEN("match_last_seen"),
    /** Those whom the user knows. */
    KNOWN("known"),
    /** Not. */
    OFF("off"),
    /** To the usual degree. */
    ON_STANDARD("on_standard");

    private final String wireName;

    PrivacyValue(String wireName) {
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
}
