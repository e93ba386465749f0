package dev.waxwing.internal.signal;

/** What becomes of a pair of phone number and LID that is not the one known. */
public enum PairAdmission {
    /** It is not taken. */
    REFUSED,
    /** It is taken, and what is known under the number goes to the LID. */
    JOINED,
    /** It is taken, and what is known under the number is forgotten: it may have been somebody else's. */
    APART
}
