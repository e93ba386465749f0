package dev.waxwing.testkit.traffic;

/** Which way a stanza went, seen from the server. */
public enum Direction {
    /** From a client to the server. */
    IN,
    /** From the server to a client. */
    OUT
}
