package dev.waxwing.durability;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.JournalEntry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What passed at the server of {@link ChaosIT}: what was delivered to each device in each chat, what it asked for
 * again, and under which keys.
 */
final class ChaosWire {

    private record Chat(ChaosName device, char with) {}

    private final Map<Jid, ChaosName> devices = new HashMap<>();
    private final Map<Chat, DeliveryOrder> orders = new HashMap<>();
    private final Map<ChaosName, Set<String>> askedAgain = new HashMap<>();
    private final RatchetKeys keys = new RatchetKeys();
    private final Map<String, Integer> notes = new TreeMap<>();
    private int stanzas;

    /** Tells whose an address is. */
    synchronized void know(ChaosDevice device) {
        devices.put(device.jid(), device.name());
    }

    /** For {@link StanzaTap}. */
    synchronized void look(JournalEntry entry) {
        stanzas++;
        if (!entry.note().isEmpty()) {
            notes.merge(entry.note(), 1, Integer::sum);
        }
        Node stanza = entry.stanza();
        ChaosName device = entry.device().map(devices::get).orElse(null);
        if (device == null) {
            return;
        }
        if (entry.is(Direction.IN, "message")) {
            keys.look(stanza);
        } else if (entry.is(Direction.OUT, "message") && !entry.note().equals("lost")) {
            String id = stanza.requireAttr("id");
            orders.computeIfAbsent(new Chat(device, device.chatOf(id)), unused -> new DeliveryOrder())
                    .written(entry.connection(), id);
        } else if (entry.is(Direction.IN, "receipt") && "retry".equals(stanza.attr("type"))) {
            askedAgain.computeIfAbsent(device, unused -> new HashSet<>()).add(stanza.requireAttr("id"));
        }
    }

    /** Messages that a device could not decrypt at first. */
    synchronized Set<String> askedAgain(ChaosName device) {
        return Set.copyOf(askedAgain.getOrDefault(device, Set.of()));
    }

    /**
     * The first message of a chat that a device did not hear in the order of delivery, leaving out those it had to ask
     * for again.
     */
    synchronized Optional<String> firstOutOfOrder(ChaosName device, char with, List<String> heard) {
        return orders.getOrDefault(new Chat(device, with), new DeliveryOrder())
                .firstOutOfOrder(heard, askedAgain(device));
    }

    synchronized List<String> reusedKeys() {
        return keys.reused();
    }

    @Override
    public synchronized String toString() {
        return stanzas + " stanzas, spoiled: " + notes + ", message keys: " + keys.count();
    }
}
