package dev.waxwing.durability;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a device heard the messages of a chat in the order in which the server delivered them.
 *
 * <p>The server delivers a message by writing it to the device's connection. What a fault dropped was not delivered;
 * what it delayed or held back was delivered when it was written at last; a message that is written again, as a
 * duplicate or because the server lacks the receipt, was delivered the first time. Only of a connection that was cut
 * nobody can say how much the device got: the bytes of one connection arrive in order, so it is some first part of what
 * was written, and what was in the rest counts as delivered on a later connection. The order is kept if there is such a
 * part for each connection that explains the order heard.
 *
 * <p>To take as much of each connection as fits finds such parts if there are any: had less been taken of one, the
 * message that is heard next must come first of what is new on a later connection, and is left out there as known if it
 * is taken here.
 */
final class DeliveryOrder {

    private final Map<Integer, List<String>> written = new LinkedHashMap<>();

    /** The server wrote a message to a connection of the device. */
    void written(int connection, String id) {
        written.computeIfAbsent(connection, unused -> new ArrayList<>()).add(id);
    }

    /**
     * Compares.
     *
     * @param heard by the device, in its order, each once
     * @param but messages that do not count
     * @return the first message heard that cannot have been the next one, or nothing if the order was kept
     */
    Optional<String> firstOutOfOrder(List<String> heard, Set<String> but) {
        List<String> rest = heard.stream().filter(id -> !but.contains(id)).toList();
        Set<String> known = new HashSet<>(but);
        int next = 0;
        for (List<String> connection : written.values()) {
            for (String id : connection) {
                if (known.contains(id)) {
                    continue;
                }
                if (next == rest.size() || !rest.get(next).equals(id)) {
                    break;
                }
                known.add(id);
                next++;
            }
        }
        return next == rest.size() ? Optional.empty() : Optional.of(rest.get(next));
    }
}
