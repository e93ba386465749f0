package dev.waxwing.testkit.traffic;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.state.ClientLink;
import dev.waxwing.testkit.state.Device;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which stanzas a fault applies to. Starts from {@link #in(String)} or {@link #out(String)}; every other method
 * narrows.
 *
 * @param direction from or to the client
 * @param tag the tag, or empty for any
 * @param type the {@code type} attribute, if it matters
 * @param xmlns the {@code xmlns} attribute, if it matters
 * @param child the tag of any child, if it matters
 * @param peer {@code from} or {@code to} of the stanza without device, if it matters
 * @param client the client's account or device, by phone number or LID, if it matters
 * @param skip how many matches pass untouched first
 * @param atMost how many matches are spoiled
 * @param probability that a match is spoiled, 0 to 1
 */
public record StanzaMatch(
        Direction direction,
        String tag,
        Optional<String> type,
        Optional<String> xmlns,
        Optional<String> child,
        Optional<Jid> peer,
        Optional<Jid> client,
        int skip,
        int atMost,
        double probability) {

    /**
     * Stanzas from clients.
     *
     * @param tag the tag, or empty for any
     * @return a match of all of them
     */
    public static StanzaMatch in(String tag) {
        return all(Direction.IN, tag);
    }

    /**
     * Stanzas to clients.
     *
     * @param tag the tag, or empty for any
     * @return a match of all of them
     */
    public static StanzaMatch out(String tag) {
        return all(Direction.OUT, tag);
    }

    private static StanzaMatch all(Direction direction, String tag) {
        Optional<String> any = Optional.empty();
        return new StanzaMatch(
                direction, tag, any, any, any, Optional.empty(), Optional.empty(), 0, Integer.MAX_VALUE, 1);
    }

    /**
     * Narrows by the {@code type} attribute.
     *
     * @param wanted its value
     * @return a narrower match
     */
    public StanzaMatch type(String wanted) {
        return new StanzaMatch(
                direction, tag, Optional.of(wanted), xmlns, child, peer, client, skip, atMost, probability);
    }

    /**
     * Narrows by the {@code xmlns} attribute.
     *
     * @param wanted its value
     * @return a narrower match
     */
    public StanzaMatch xmlns(String wanted) {
        return new StanzaMatch(
                direction, tag, type, Optional.of(wanted), child, peer, client, skip, atMost, probability);
    }

    /**
     * Narrows by a child.
     *
     * @param wanted the tag of any child
     * @return a narrower match
     */
    public StanzaMatch child(String wanted) {
        return new StanzaMatch(
                direction, tag, type, xmlns, Optional.of(wanted), peer, client, skip, atMost, probability);
    }

    /**
     * Narrows by the other side: {@code to} of what a client sends, {@code from} of what it gets.
     *
     * @param wanted a person or group; a device in it does not matter
     * @return a narrower match
     */
    public StanzaMatch peer(Jid wanted) {
        return new StanzaMatch(
                direction,
                tag,
                type,
                xmlns,
                child,
                Optional.of(wanted.withoutDevice()),
                client,
                skip,
                atMost,
                probability);
    }

    /**
     * Narrows to one client.
     *
     * @param wanted an account, or one companion of it, by phone number or LID
     * @return a narrower match
     */
    public StanzaMatch client(Jid wanted) {
        return new StanzaMatch(
                direction, tag, type, xmlns, child, peer, Optional.of(wanted), skip, atMost, probability);
    }

    /**
     * Narrows to one occurrence.
     *
     * @param n which match, from 1
     * @return a narrower match
     */
    public StanzaMatch nth(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("n must be 1 or more but was " + n);
        }
        return new StanzaMatch(direction, tag, type, xmlns, child, peer, client, n - 1, 1, probability);
    }

    /**
     * Narrows to the first occurrences.
     *
     * @param times how many, behind those that are skipped
     * @return a narrower match
     */
    public StanzaMatch first(int times) {
        return new StanzaMatch(direction, tag, type, xmlns, child, peer, client, skip, times, probability);
    }

    /**
     * Spoils matches by chance, from the server's seed.
     *
     * @param chance 0 to 1
     * @return a narrower match
     */
    public StanzaMatch withProbability(double chance) {
        if (!(chance >= 0 && chance <= 1)) {
            throw new IllegalArgumentException("chance must be 0 to 1 but was " + chance);
        }
        return new StanzaMatch(direction, tag, type, xmlns, child, peer, client, skip, atMost, chance);
    }

    /** Whether a stanza is of the kind, its turn and chance aside. */
    boolean describes(ClientLink connection, Direction way, Node stanza) {
        return way == direction
                && (tag.isEmpty() || tag.equals(stanza.tag()))
                && (type.isEmpty() || type.get().equals(stanza.attr("type")))
                && (xmlns.isEmpty() || xmlns.get().equals(stanza.attr("xmlns")))
                && (child.isEmpty() || stanza.child(child.get()) != null)
                && (peer.isEmpty() || isPeer(stanza.jid(way == Direction.IN ? "to" : "from")))
                && (client.isEmpty()
                        || connection.device().filter(this::isClient).isPresent());
    }

    private boolean isPeer(@Nullable Jid other) {
        return other != null && other.withoutDevice().equals(peer.orElseThrow());
    }

    private boolean isClient(Device device) {
        Jid wanted = client.orElseThrow();
        Jid own = device.jidLike(wanted);
        return wanted.device() == 0 ? own.withoutDevice().equals(wanted) : own.equals(wanted);
    }
}
