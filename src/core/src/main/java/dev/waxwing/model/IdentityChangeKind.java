package dev.waxwing.model;

/** What became known of a person's keys or addresses. */
public enum IdentityChangeKind {

    /** The first identity key of a person or device of whom none was known to check it against. */
    FIRST_KEY,

    /** A companion that the person's phone has signed, used for the first time. */
    NEW_DEVICE,

    /** Another identity key than the one known, as after a move to a new phone or when a device was linked anew. */
    NEW_KEY,

    /** The server says that the person registered anew; the new key follows when it is used first. */
    REGISTERED_ANEW,

    /** Another pair of phone number and LID than the one known, or a pair of two whose known keys differ. */
    NEW_PAIR,

    /**
     * A device that the person's phone has not signed, or has removed since, or something that stands in for the own
     * phone.
     */
    FALSE_DEVICE,

    /** A key that is known as another person's, as when what one has written is brought as another's. */
    KEY_OF_ANOTHER
}
