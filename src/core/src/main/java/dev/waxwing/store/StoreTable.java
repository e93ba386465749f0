package dev.waxwing.store;

import static java.util.Objects.requireNonNull;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names a table of an account. What a table's keys and values look like is the business of the area that makes it: an
 * area that keeps something of its own calls {@link #of} and needs no change here. A store takes the tables as they
 * come and makes them when they are first written; {@link StoreTransaction#tables} tells which there are.
 *
 * <p>Two tables of one name are equal, and are the same table. The names of the library's tables never change.
 */
public final class StoreTable {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,31}");

    /**
     * The tables that are kept in the clear in an encrypted account, because they were from the first version on. Their
     * values are public keys and addresses. The list is closed: whether a value is encrypted follows from its table's
     * name alone, so that a table read back by its name is never taken for the other kind.
     */
    private static final Set<String> IN_THE_CLEAR = Set.of("identities", "device_lists", "lid_mappings");

    /** The account's own identity, registration and address. */
    public static final StoreTable CREDENTIALS = of("credentials");

    /** One-time pre-keys, private halves included. */
    public static final StoreTable PRE_KEYS = of("pre_keys");

    /** Signed pre-keys, private halves included. */
    public static final StoreTable SIGNED_PRE_KEYS = of("signed_pre_keys");

    /** Ratchet states, one for each address of a peer's device. */
    public static final StoreTable SESSIONS = of("sessions");

    /** Public identity keys of peers. */
    public static final StoreTable IDENTITIES = of("identities");

    /** Sender keys of groups, own and others'. */
    public static final StoreTable SENDER_KEYS = of("sender_keys");

    /** Keys of single group messages that have not come yet. */
    public static final StoreTable SKIPPED_SENDER_KEYS = of("skipped_sender_keys");

    /** The devices each user is known to have. */
    public static final StoreTable DEVICE_LISTS = of("device_lists");

    /** Which LID belongs to which phone number. */
    public static final StoreTable LID_MAPPINGS = of("lid_mappings");

    /** Messages that the server has not acknowledged yet. */
    public static final StoreTable OUTBOX = of("outbox");

    /** Messages sent lately, for devices that ask for one again. */
    public static final StoreTable SENT_MESSAGES = of("sent_messages");

    /** Messages received that the application has not handled yet. */
    public static final StoreTable INBOX = of("inbox");

    /** Messages received that did not decrypt and may yet come, without their content. */
    public static final StoreTable MISSING_MESSAGES = of("missing_messages");

    /** How long messages last in chats with people. */
    public static final StoreTable CHAT_TIMERS = of("chat_timers");

    private final String wireName;

    private StoreTable(String wireName) {
        this.wireName = wireName;
    }

    /**
     * Names a table.
     *
     * @param wireName 1 to 32 characters: lower-case ASCII letters, digits and underscores, a letter first. An
     *     application that keeps something of its own in the account's store begins it with {@code app_}, which the
     *     library never does
     * @return the table
     * @throws IllegalArgumentException if the name has another form
     */
    public static StoreTable of(String wireName) {
        if (!NAME.matcher(requireNonNull(wireName, "wireName")).matches()) {
            throw new IllegalArgumentException("wireName must be 1 to 32 lower-case ASCII letters, digits and"
                    + " underscores, a letter first, but was '" + wireName + "'");
        }
        return new StoreTable(wireName);
    }

    /**
     * The name under which a store keeps this table, the same in every version.
     *
     * @return the name, 1 to 32 characters
     */
    public String wireName() {
        return wireName;
    }

    /**
     * Whether values of this table are private keys, ratchet states or message content, which a store that encrypts at
     * rest must encrypt. True for every table but three old ones of public keys and addresses.
     *
     * @return true if the values are secret
     */
    public boolean secret() {
        return !IN_THE_CLEAR.contains(wireName);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoreTable table && wireName.equals(table.wireName);
    }

    @Override
    public int hashCode() {
        return wireName.hashCode();
    }

    @Override
    public String toString() {
        return wireName;
    }
}
