package dev.waxwing.testkit.traffic;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import java.time.Instant;
import java.util.Optional;

/**
 * One stanza in the journal.
 *
 * @param number counts from 1 over the life of the server
 * @param at by the server's clock
 * @param connection the id of the connection
 * @param device whose connection it was, by phone number; absent before pairing
 * @param direction from or to the client
 * @param stanza as it was read or written
 * @param note what a fault did to it, or empty
 */
public record JournalEntry(
        long number, Instant at, int connection, Optional<Jid> device, Direction direction, Node stanza, String note) {

    /**
     * Tells a stanza by direction and tag.
     *
     * @param direction from or to the client
     * @param tag the tag
     * @return true if both agree
     */
    public boolean is(Direction direction, String tag) {
        return this.direction == direction && stanza.tag().equals(tag);
    }
}
