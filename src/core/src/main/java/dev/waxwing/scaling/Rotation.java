package dev.waxwing.scaling;

/** Which of several open sockets sends the next message. */
public enum Rotation {
    /**
     * One after the other, so that each gets the same share: the one that was given the fewest so far is next. One that
     * was down catches up when it is back, by at most 1,000 messages more than the others; one that joins begins where
     * the others are.
     */
    ROUND_ROBIN,
    /** The one with the fewest messages pending; among equals, one after the other. */
    LEAST_PENDING,
    /**
     * A chat stays with its socket for as long as that one lives, so that messages keep their order and a person hears
     * from one account. A new chat goes to the open socket with the fewest chats.
     */
    STICKY_PER_CHAT
}
