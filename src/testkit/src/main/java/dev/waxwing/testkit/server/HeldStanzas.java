package dev.waxwing.testkit.server;

import dev.waxwing.internal.binary.Node;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The stanzas of one connection that a {@link FaultAction.Reorder} holds back until others have overtaken them. Belongs to the world's thread. */
final class HeldStanzas {

    private final List<Held> all = new ArrayList<>();

    /** A stanza that waits for others to pass. */
    static final class Held {
        private final Direction direction;
        private final Node stanza;
        private int left;

        private Held(Direction direction, Node stanza, int left) {
            this.direction = direction;
            this.stanza = stanza;
            this.left = left;
        }
    }

    Held hold(Direction direction, Node stanza, int behind) {
        Held held = new Held(direction, stanza, behind);
        all.add(held);
        return held;
    }

    /** Whether it was held still; it is not from here on. */
    boolean release(Held held) {
        return all.remove(held);
    }

    /** Counts a stanza that has passed.
     *
     * @return those whose turn it is now, in the order they came
     */
    List<Node> passed(Direction direction, String tag) {
        if (all.isEmpty()) {
            return List.of();
        }
        List<Node> due = new ArrayList<>();
        for (Iterator<Held> rest = all.iterator(); rest.hasNext(); ) {
            Held held = rest.next();
            if (held.direction == direction && held.stanza.tag().equals(tag) && --held.left == 0) {
                rest.remove();
                due.add(held.stanza);
            }
        }
        return due;
    }

    void clear() {
        all.clear();
    }
}
