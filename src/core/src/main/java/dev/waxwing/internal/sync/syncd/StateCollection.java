package dev.waxwing.internal.sync.syncd;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The collections of an account's state, in the order in which they are read: what a client needs before it shows
 * anything comes first (as peer whatsmeow reads them). Which action belongs where is fixed by the official client.
 */
public enum StateCollection {
    /** Push name, locale. */
    CRITICAL_BLOCK,
    /** Contacts. */
    CRITICAL_UNBLOCK_LOW,
    /** Mute, star, what was deleted. */
    REGULAR_HIGH,
    /** Labels, quick replies, settings. */
    REGULAR,
    /** Pin, archive, read. */
    REGULAR_LOW;

    /**
     * Its name on the wire.
     *
     * @return for example {@code regular_low}
     */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The collection of a name.
     *
     * @param wireName the name
     * @return the collection, or nothing if this version knows none of that name
     */
    public static Optional<StateCollection> named(String wireName) {
        return Arrays.stream(values())
                .filter(collection -> collection.wireName().equals(wireName))
                .findFirst();
    }
}
