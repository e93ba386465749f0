package dev.waxwing.scaling;

/** Which of several open sockets sends the next message. */
public enum Rotation {
    /** One after the other: each gets the same share. */
    ROUND_ROBIN,
    /** The one with the fewest messages pending; among equals, one after the other. */
    LEAST_PENDING,
    /**
     * A chat stays with its socket for as long as that one lives, so that messages keep their order and a person hears from one account. A
     * new chat goes to the open socket with the fewest chats.
     */
    STICKY_PER_CHAT
}
