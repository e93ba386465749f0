package dev.waxwing.testkit.traffic;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.state.ClientLink;
import dev.waxwing.testkit.state.SeededRandom;

/** A fault that is in force until it is removed. Its methods may be called from any thread. */
public final class FaultRule {

    private final Faults faults;
    private final StanzaMatch match;
    private final FaultAction action;
    private int matched;
    private int fired;

    FaultRule(Faults faults, StanzaMatch match, FaultAction action) {
        this.faults = faults;
        this.match = match;
        this.action = action;
    }

    /**
     * Which stanzas.
     *
     * @return the match
     */
    public StanzaMatch match() {
        return match;
    }

    /**
     * What happens to them.
     *
     * @return the action
     */
    public FaultAction action() {
        return action;
    }

    /**
     * How often it has happened.
     *
     * @return the number of stanzas it spoiled
     */
    public int fired() {
        return faults.thread().ask(() -> fired);
    }

    /** Ends the rule. */
    public void remove() {
        faults.thread().ask(() -> {
            faults.remove(this);
            return true;
        });
    }

    boolean applies(ClientLink connection, Direction direction, Node stanza, SeededRandom random) {
        if (!match.describes(connection, direction, stanza)) {
            return false;
        }
        matched++;
        if (matched <= match.skip() || fired >= match.atMost() || random.fraction() >= match.probability()) {
            return false;
        }
        fired++;
        return true;
    }
}
