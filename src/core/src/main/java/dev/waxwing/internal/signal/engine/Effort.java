package dev.waxwing.internal.signal.engine;

/**
 * How much one transaction has computed, counted in HMACs, so that it can end before others wait long for the store. A
 * peer decides how far ahead its messages lie, and which of its sessions they may belong to. Belongs to one
 * transaction.
 */
final class Effort {

    /** What one transaction should do at most, one message more or less: some milliseconds. */
    static final int ENOUGH = 10_000;

    /** What an agreement of keys takes; measured. */
    private static final int AGREEMENT = 150;

    private long hmacs;

    void steps(long count) {
        hmacs += count;
    }

    void agreements(int count) {
        hmacs += (long) count * AGREEMENT;
    }

    boolean isSpent() {
        return hmacs >= ENOUGH;
    }
}
