package dev.waxwing.internal.sync.syncd;

import dev.waxwing.error.ProtocolViolationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server's answer does to a collection: a snapshot, if it came, then patches. Everything is checked; what is
 * wrong ends the transaction, and with it all that was written.
 */
public final class StateUpdate {

    private static final Logger LOG = LoggerFactory.getLogger(StateUpdate.class);

    private final StateCollection collection;
    private final @Nullable StateSnapshot snapshot;
    private final List<StatePatch> patches;

    /**
     * What came of it.
     *
     * @param state of the collection now
     * @param actions what was done, in order
     * @param encoded the bytes of each
     */
    public record Applied(CollectionState state, List<StateAction> actions, List<byte[]> encoded) {}

    /**
     * Takes an answer.
     *
     * @param collection the collection
     * @param snapshot the snapshot, if one came
     * @param patches the patches, in their order; may be none
     */
    public StateUpdate(StateCollection collection, Optional<StateSnapshot> snapshot, List<StatePatch> patches) {
        this.collection = collection;
        this.snapshot = snapshot.orElse(null);
        this.patches = List.copyOf(patches);
    }

    /**
     * Writes it. Patches that the collection has already are skipped.
     *
     * @param rows of the collection, in the open transaction
     * @param keys looks keys up
     * @param fromScratch whether the collection was asked for from its beginning: what is there of it goes
     * @param finished whether the server has no more
     * @return what came of it
     * @throws MissingKeyException if keys of it were not shared; nothing may be committed then
     * @throws ProtocolViolationException if a MAC or a version is wrong; nothing may be committed then
     */
    public Applied apply(CollectionRows rows, StateKeys keys, boolean fromScratch, boolean finished) {
        CollectionState before = fromScratch ? CollectionState.NEW : rows.state();
        long version = before.version();
        LtHash hash = before.hash();
        List<OpenedMutation> done = new ArrayList<>();
        if (fromScratch || snapshot != null) {
            rows.clear();
        }
        if (snapshot != null) {
            if (!fromScratch && version > 0) {
                throw new ProtocolViolationException("a snapshot of " + collection + " that was not asked for");
            }
            List<OpenedMutation> opened = snapshot.open(keys);
            hash = mix(LtHash.EMPTY, opened, rows);
            snapshot.requireMac(hash, collection, keys);
            version = snapshot.version();
            done.addAll(opened);
        }
        for (StatePatch patch : patches) {
            if (patch.version() <= version) {
                continue;
            }
            if (patch.version() != version + 1 || patch.isTerminal()) {
                throw new ProtocolViolationException(
                        "patch " + patch.version() + " of " + collection + " does not go on from " + version);
            }
            List<OpenedMutation> opened = patch.open(collection, keys);
            hash = mix(hash, opened, rows);
            patch.requireSnapshotMac(hash, collection, keys);
            version = patch.version();
            done.addAll(opened);
        }
        CollectionState after = new CollectionState(version, hash, !finished && (fromScratch || before.unfinished()));
        rows.write(after);
        return new Applied(
                after,
                done.stream().map(OpenedMutation::action).toList(),
                done.stream().map(OpenedMutation::encoded).toList());
    }

    private LtHash mix(LtHash before, List<OpenedMutation> opened, CollectionRows rows) {
        LtHash hash = before;
        for (OpenedMutation mutation : opened) {
            hash = mixed(hash, mutation.sealed(), rows, collection);
        }
        return hash;
    }

    /** Of two of one index the second takes the first out again. */
    static LtHash mixed(LtHash before, SealedMutation mutation, CollectionRows rows, StateCollection collection) {
        Optional<byte[]> old = rows.value(mutation.indexMac());
        LtHash hash = old.map(before::minus).orElse(before);
        if (!mutation.removal()) {
            rows.put(mutation.indexMac(), mutation.valueMac());
            return hash.plus(mutation.valueMac());
        }
        if (old.isEmpty()) {
            LOG.debug("{} removes an index that it does not have", collection);
        }
        rows.remove(mutation.indexMac());
        return hash;
    }
}
