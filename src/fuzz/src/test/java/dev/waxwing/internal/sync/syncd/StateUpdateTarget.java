package dev.waxwing.internal.sync.syncd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.fuzz.FuzzTarget;
import dev.waxwing.fuzz.Seeds;
import dev.waxwing.fuzz.StoreImage;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Snapshots and patches of the application state, read with the keys that the valid ones are made with. Refused with
 * {@link ProtocolViolationException} or {@link MissingKeyException} only, and then nothing is written; nothing but the
 * valid ones is taken, since their MACs cover all of it.
 */
public final class StateUpdateTarget implements FuzzTarget {

    private static final StateCollection COLLECTION = StateCollection.REGULAR_LOW;
    private static final Map<String, byte[]> KEYS = Map.of(
            "000000004cde",
            HexFormat.of().parseHex("babf7cb4b4caf638c281c6361d8c0ff79e8b53e636c02a493876c3c96a872c8c"),
            "00000000ab01",
            HexFormat.of().parseHex("d6547b3c0ae5ca75af32e5ae550a24fe4dfc6c0a66cf6600c6a162ca906df287"));

    private final AccountStore store = MemoryStore.create();
    private final List<byte[]> snapshots = Seeds.hex(List.of("snapshotProto"), "appstate-snapshot.json");

    public StateUpdateTarget() {
        store.transact(tx -> new StateUpdate(COLLECTION, Optional.of(StateSnapshot.parse(snapshots.get(0))), List.of())
                .apply(new CollectionRows(COLLECTION, tx), keys(), true, true));
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>(snapshots);
        seeds.addAll(Seeds.hex(List.of("patchProto"), "appstate-snapshot.json", "appstate-patches.json"));
        return seeds;
    }

    @Override
    public void accept(byte[] input) {
        StoreImage image = StoreImage.of(store, CollectionRows.COLLECTIONS, CollectionRows.VALUES);
        long version =
                store.transact(tx -> new CollectionRows(COLLECTION, tx).state().version());
        refusedOrRolledBack(
                () -> apply(new StateUpdate(COLLECTION, Optional.of(StateSnapshot.parse(input)), List.of()), true));
        refusedOrRolledBack(() -> apply(
                new StateUpdate(
                        COLLECTION, Optional.empty(), List.of(StatePatch.of(StatePatch.parse(input), version + 1))),
                false));
        image.assertUnchanged();
    }

    private void apply(StateUpdate update, boolean fromScratch) {
        store.transact(tx -> {
            StateUpdate.Applied applied = update.apply(new CollectionRows(COLLECTION, tx), keys(), fromScratch, true);
            assertThat(applied.actions())
                    .allSatisfy(action -> assertThat(action.name()).isNotNull());
            throw new RolledBackException();
        });
    }

    private static void refusedOrRolledBack(Runnable attempt) {
        try {
            attempt.run();
        } catch (ProtocolViolationException | MissingKeyException | RolledBackException e) {
            // Refused as promised, or taken and put back.
        }
    }

    private static StateKeys keys() {
        return new StateKeys(id -> Optional.ofNullable(KEYS.get(HexFormat.of().formatHex(id))));
    }

    private static final class RolledBackException extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }
}
