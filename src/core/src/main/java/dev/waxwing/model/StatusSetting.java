package dev.waxwing.model;

/**
 * What the server is told of whom a status post is for: by which of the account's settings its audience was chosen
 * ({@code status_setting}; peers whatsapp-rust and zapo). It changes nothing about who gets the post.
 */
public enum StatusSetting {
    /** All contacts; the default, as with peers. */
    CONTACTS("contacts"),
    /** Some contacts. */
    ALLOW_LIST("allowlist"),
    /** All contacts but some. */
    DENY_LIST("denylist");

    private final String wireName;

    StatusSetting(String wireName) {
        this.wireName = wireName;
    }

    /**
     * The word on the wire.
     *
     * @return the value of {@code status_setting}
     */
    public String wireName() {
        return wireName;
    }
}
