package dev.waxwing.testkit.traffic;

import dev.waxwing.internal.binary.Node;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The stanzas of one connection that a {@link FaultAction.Reorder} holds back until others have overtaken them. Belongs
 * to the world's thread.
 */
public final class HeldStanzas {

    private final List<Held> all = new ArrayList<>();

    /** A stanza that waits for others to pass. */
    public static final class Held {
        private final Direction direction;
        private final Node stanza;
        private int toPass;

        private Held(Direction direction, Node stanza, int toPass) {
            this.direction = direction;
            this.stanza = stanza;
            this.toPass = toPass;
        }
    }

    /** Creates it empty. */
    public HeldStanzas() {}

    /**
     * Holds a stanza back.
     *
     * @param direction from or to the client
     * @param stanza the stanza
     * @param behind how many of its tag and direction have to pass first
     * @return what to release it by
     */
    public Held hold(Direction direction, Node stanza, int behind) {
        Held held = new Held(direction, stanza, behind);
        all.add(held);
        return held;
    }

    /**
     * Gives up waiting for the others.
     *
     * @param held a stanza
     * @return whether it was held still; it is not from here on
     */
    public boolean release(Held held) {
        return all.remove(held);
    }

    /**
     * Counts a stanza that has passed.
     *
     * @param direction from or to the client
     * @param tag its tag
     * @return those whose turn it is now, in the order they came
     */
    public List<Node> passed(Direction direction, String tag) {
        if (all.isEmpty()) {
            return List.of();
        }
        List<Node> due = new ArrayList<>();
        for (Iterator<Held> rest = all.iterator(); rest.hasNext(); ) {
            Held held = rest.next();
            if (held.direction == direction && held.stanza.tag().equals(tag) && --held.toPass == 0) {
                rest.remove();
                due.add(held.stanza);
            }
        }
        return due;
    }

    /** Forgets all. */
    public void clear() {
        all.clear();
    }
}
