package dev.waxwing.model;

/** How far a sent message has come. Later constants never go back to earlier ones, {@link #ERROR} among them. */
public enum MessageStatus {
    /** The server refused it, or it became too old before the server had it; it will not be sent again. */
    ERROR,
    /** Stored in the outbox, not yet acknowledged by the server. */
    PENDING,
    /** The server has it (one tick). */
    SERVER_ACK,
    /** A device of the recipient has it (two ticks). */
    DELIVERED,
    /** The recipient has opened the chat (blue ticks). */
    READ,
    /** The recipient has played it: voice and view-once messages. */
    PLAYED
}
