package dev.waxwing.interop;

import static dev.waxwing.interop.BaileysProcess.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.proto.storage.StateCollectionEntry;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTable;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/**
 * How far devices have read the application state: version and hash of each collection. Two with the same hash have the
 * same values, whatever way they came to them.
 */
final class StateOfDevices {

    static final List<String> COLLECTIONS =
            List.of("critical_block", "critical_unblock_low", "regular_high", "regular", "regular_low");

    private static final StoreTable TABLE = StoreTable.of("state_collections");

    private StateOfDevices() {}

    static TreeMap<String, String> of(AccountStore store) {
        TreeMap<String, String> states = new TreeMap<>();
        store.transact(tx -> {
            for (String name : COLLECTIONS) {
                byte[] row = tx.get(TABLE, name);
                StateCollectionEntry entry = row == null ? StateCollectionEntry.getDefaultInstance() : parsed(row);
                states.put(
                        name,
                        state(
                                entry.getVersion(),
                                HexFormat.of().formatHex(entry.getHash().toByteArray())));
            }
            return true;
        });
        return states;
    }

    private static StateCollectionEntry parsed(byte[] row) {
        try {
            return StateCollectionEntry.parseFrom(row);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    static TreeMap<String, String> of(BaileysClient client) throws InterruptedException {
        ObjectNode asked = fields();
        ArrayNode names = asked.putArray("names");
        COLLECTIONS.forEach(names::add);
        JsonNode answer = client.process().call("appState", asked);
        TreeMap<String, String> states = new TreeMap<>();
        for (String name : COLLECTIONS) {
            JsonNode one = answer.path(name);
            states.put(
                    name, state(one.path("version").asLong(), one.path("hash").asText()));
        }
        return states;
    }

    /** Nothing is nothing, whether a row says so or none is there. */
    private static String state(long version, String hash) {
        return version == 0 ? "0" : version + " " + hash;
    }
}
