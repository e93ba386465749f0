package dev.waxwing.testkit.phone;

import com.google.protobuf.ByteString;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.sync.syncd.CollectionRows;
import dev.waxwing.internal.sync.syncd.OutgoingPatch;
import dev.waxwing.internal.sync.syncd.StateAction;
import dev.waxwing.internal.sync.syncd.StateCollection;
import dev.waxwing.internal.sync.syncd.StateKeys;
import dev.waxwing.internal.sync.syncd.StatePatch;
import dev.waxwing.internal.sync.syncd.StateUpdate;
import dev.waxwing.proto.e2e.AppStateSyncKey;
import dev.waxwing.proto.e2e.AppStateSyncKeyData;
import dev.waxwing.proto.e2e.AppStateSyncKeyId;
import dev.waxwing.proto.e2e.AppStateSyncKeyRequest;
import dev.waxwing.proto.syncaction.SyncActionValue;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The application state as one phone has it: it makes the keys, checks what companions write, and writes itself. Belongs
 * to the phones' thread.
 */
final class PhoneState {

    private static final int MOST_CONFLICTS = 20;

    private final UnaryOperator<Node> ask;
    private final AccountStore rows = MemoryStore.create();
    private final List<AppStateSyncKey> keys = new ArrayList<>();
    private final Map<StateCollection, Map<List<String>, StateAction>> known = new EnumMap<>(StateCollection.class);

    /**
     * @param ask asks the server: given the child of an iq, the answer
     */
    PhoneState(AppStateSyncKey first, UnaryOperator<Node> ask) {
        keys.add(first);
        this.ask = ask;
    }

    List<AppStateSyncKey> keys() {
        return List.copyOf(keys);
    }

    /** Writes by another key from now on. */
    void add(AppStateSyncKey key) {
        keys.add(key);
    }

    /** What a companion gets that asks for keys: one without data for each that there is none of. */
    List<AppStateSyncKey> answer(AppStateSyncKeyRequest request) {
        return request.getKeyIDsList().stream()
                .map(id -> find(id.getKeyID())
                        .orElseGet(() -> AppStateSyncKey.newBuilder()
                                .setKeyID(AppStateSyncKeyId.newBuilder().setKeyID(id.getKeyID()))
                                .setKeyData(AppStateSyncKeyData.getDefaultInstance())
                                .build()))
                .toList();
    }

    private Optional<AppStateSyncKey> find(ByteString id) {
        return keys.stream().filter(key -> key.getKeyID().getKeyID().equals(id)).findFirst();
    }

    /** What is set under each index, now. */
    Map<List<String>, SyncActionValue> read(StateCollection collection) {
        pull(collection);
        Map<List<String>, SyncActionValue> values = new LinkedHashMap<>();
        of(collection).forEach((index, action) -> values.put(index, action.value()));
        return values;
    }

    /** Writes, on top of what others wrote. */
    void write(StateCollection collection, StateAction action) {
        AppStateSyncKey key = keys.get(keys.size() - 1);
        for (int conflicts = 0; conflicts < MOST_CONFLICTS; conflicts++) {
            pull(collection);
            OutgoingPatch patch = rows.transact(tx -> OutgoingPatch.of(
                    collection,
                    new CollectionRows(collection, tx),
                    List.of(action),
                    key.getKeyID().getKeyID().toByteArray(),
                    key.getKeyData().getKeyData().toByteArray()));
            Node answer = request(Node.builder("collection")
                    .attr("name", collection.wireName())
                    .attr("version", patch.base())
                    .child(Node.builder("patch").bytes(patch.encode()).build())
                    .build());
            if (answer.child("error") == null) {
                rows.transact(tx -> patch.commit(new CollectionRows(collection, tx)));
                take(collection, action);
                return;
            }
        }
        throw new IllegalStateException("others write " + collection + " all the time");
    }

    private void pull(StateCollection collection) {
        boolean more = true;
        while (more) {
            long version = rows.transact(
                    tx -> new CollectionRows(collection, tx).state().version());
            Node answer = request(Node.builder("collection")
                    .attr("name", collection.wireName())
                    .attr("version", version)
                    .build());
            Node wrapped = answer.child("patches");
            List<StatePatch> patches = wrapped == null
                    ? List.of()
                    : wrapped.children("patch").stream()
                            .map(patch -> StatePatch.of(StatePatch.parse(patch.requireBytes()), 0))
                            .toList();
            StateUpdate.Applied applied = rows.transact(tx -> new StateUpdate(collection, Optional.empty(), patches)
                    .apply(new CollectionRows(collection, tx), stateKeys(), false, true));
            applied.actions().forEach(action -> take(collection, action));
            more = "true".equals(answer.attr("has_more_patches"));
        }
    }

    private StateKeys stateKeys() {
        return new StateKeys(id -> find(ByteString.copyFrom(id))
                .map(key -> key.getKeyData().getKeyData().toByteArray()));
    }

    private void take(StateCollection collection, StateAction action) {
        if (action.removal()) {
            of(collection).remove(action.index());
        } else {
            of(collection).put(action.index(), action);
        }
    }

    private Map<List<String>, StateAction> of(StateCollection collection) {
        return known.computeIfAbsent(collection, unused -> new LinkedHashMap<>());
    }

    private Node request(Node collection) {
        return ask.apply(Node.builder("sync").child(collection).build())
                .requireChild("sync")
                .requireChild("collection");
    }
}
