package dev.waxwing.store;

/**
 * The tables of an account. What a table's keys and values look like is the business of the layer that writes it; a store takes them
 * as they come.
 *
 * <p>A store names a table by {@link #wireName()}, which never changes, and does not count on this list: later versions add tables.
 */
public enum StoreTable {
    /** The account's own identity, registration and address. */
    CREDENTIALS("credentials", true),
    /** One-time pre-keys, private halves included. */
    PRE_KEYS("pre_keys", true),
    /** Signed pre-keys, private halves included. */
    SIGNED_PRE_KEYS("signed_pre_keys", true),
    /** Ratchet states, one for each address of a peer's device. */
    SESSIONS("sessions", true),
    /** Public identity keys of peers. */
    IDENTITIES("identities", false),
    /** Sender keys of groups, own and others'. */
    SENDER_KEYS("sender_keys", true),
    /** The devices each user is known to have. */
    DEVICE_LISTS("device_lists", false),
    /** Which LID belongs to which phone number. */
    LID_MAPPINGS("lid_mappings", false),
    /** Messages that the server has not acknowledged yet. */
    OUTBOX("outbox", true),
    /** Messages sent lately, for devices that ask for one again. */
    SENT_MESSAGES("sent_messages", true),
    /** Messages received that the application has not handled yet. */
    INBOX("inbox", true),
    /** Messages received that did not decrypt and may yet come, without their content. */
    MISSING_MESSAGES("missing_messages", true);

    private final String wireName;
    private final boolean secret;

    StoreTable(String wireName, boolean secret) {
        this.wireName = wireName;
        this.secret = secret;
    }

    /**
     * The name under which a store keeps this table: lower-case ASCII letters and underscores, the same in every version.
     *
     * @return the name, 1 to 32 characters
     */
    public String wireName() {
        return wireName;
    }

    /**
     * Whether values of this table are private keys, ratchet states or message content, which a store that encrypts at rest must
     * encrypt.
     *
     * @return true if the values are secret
     */
    public boolean secret() {
        return secret;
    }
}
