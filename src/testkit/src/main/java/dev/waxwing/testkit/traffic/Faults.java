package dev.waxwing.testkit.traffic;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.state.ClientLink;
import dev.waxwing.testkit.state.SeededRandom;
import dev.waxwing.testkit.state.ServerThread;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * What the server does wrong on purpose. Rules apply to stanzas of logged-in clients and of those that pair; the first
 * rule that matches decides. Each method may be called from any thread and is in force when it returns.
 */
public final class Faults {

    private final ServerThread thread;
    private final SeededRandom random;
    private final List<FaultRule> rules = new ArrayList<>();
    private final Queue<HandshakeFault> handshakes = new ArrayDeque<>();
    private final Queue<PairingFault> pairings = new ArrayDeque<>();
    private final Queue<Integer> upgrades = new ArrayDeque<>();
    private int missingRestarts;

    /**
     * Creates one without faults.
     *
     * @param thread owns it
     * @param random decides on rules that apply by chance
     */
    public Faults(ServerThread thread, SeededRandom random) {
        this.thread = thread;
        this.random = random;
    }

    /**
     * Adds a rule behind those there are.
     *
     * @param match which stanzas
     * @param action what happens to them
     * @return the rule, to look at or remove
     */
    public FaultRule add(StanzaMatch match, FaultAction action) {
        FaultRule rule = new FaultRule(this, match, action);
        thread.ask(() -> rules.add(rule));
        return rule;
    }

    /**
     * Spoils the handshake of the next connection. Several calls queue up, one for each connection.
     *
     * @param fault what to do
     */
    public void nextHandshake(HandshakeFault fault) {
        thread.ask(() -> handshakes.add(fault));
    }

    /**
     * Refuses the next request to become a WebSocket. Several calls queue up, one for each request.
     *
     * @param status of the HTTP answer, as 503
     */
    public void nextUpgrade(int status) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status must be 400 to 599 but was " + status);
        }
        thread.ask(() -> upgrades.add(status));
    }

    /**
     * Spoils the next pair-success. Several calls queue up.
     *
     * @param fault what to do
     */
    public void nextPairing(PairingFault fault) {
        thread.ask(() -> pairings.add(fault));
    }

    /**
     * Does not ask the next device that was linked to connect anew, as one peer's server never does. Several calls add
     * up.
     */
    public void nextLinkingWithoutRestart() {
        thread.ask(() -> ++missingRestarts);
    }

    /**
     * The rules in force.
     *
     * @return in order; a copy
     */
    public List<FaultRule> rules() {
        return thread.ask(() -> List.copyOf(rules));
    }

    /** Removes every rule and all that is queued up. */
    public void clear() {
        thread.ask(() -> {
            rules.clear();
            handshakes.clear();
            pairings.clear();
            upgrades.clear();
            missingRestarts = 0;
            return true;
        });
    }

    ServerThread thread() {
        return thread;
    }

    void remove(FaultRule rule) {
        rules.remove(rule);
    }

    /**
     * Takes the fault of the next handshake out of the queue.
     *
     * @return the fault, or nothing
     */
    public Optional<HandshakeFault> takeHandshake() {
        return Optional.ofNullable(handshakes.poll());
    }

    /**
     * Says whether a device that was just linked is to be asked to connect anew, and counts that down.
     *
     * @return true unless a fault says otherwise
     */
    public boolean takeRestart() {
        if (missingRestarts == 0) {
            return true;
        }
        missingRestarts--;
        return false;
    }

    /**
     * Takes the fault of the next pair-success out of the queue.
     *
     * @return the fault, or nothing
     */
    public Optional<PairingFault> takePairing() {
        return Optional.ofNullable(pairings.poll());
    }

    /**
     * Takes the refusal of the next upgrade out of the queue.
     *
     * @return the HTTP status, or nothing
     */
    public Optional<Integer> takeUpgrade() {
        return Optional.ofNullable(upgrades.poll());
    }

    /**
     * The action for a stanza that is about to be handled or written, if a rule asks for one.
     *
     * @param connection of which client
     * @param direction from or to it
     * @param stanza the stanza
     * @return the action of the first rule that matches
     */
    public Optional<FaultAction> judge(ClientLink connection, Direction direction, Node stanza) {
        for (FaultRule rule : rules) {
            if (rule.applies(connection, direction, stanza, random)) {
                return Optional.of(rule.action());
            }
        }
        return Optional.empty();
    }
}
