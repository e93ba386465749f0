package dev.waxwing.internal.event;

/** What became of an event. */
public enum Reception {
    /** Every listener has been called that did not unsubscribe before its turn, and there was at least one. */
    HEARD,
    /** No listener was called: there was none, or whoever there was has unsubscribed before its turn. */
    UNHEARD,
    /** The bus was closed before the turn of some listener came. */
    CUT_OFF
}
