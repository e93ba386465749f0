package dev.waxwing.internal.sync.syncd;

import dev.waxwing.internal.crypto.AesCbc;
import dev.waxwing.internal.crypto.RandomBytes;
import dev.waxwing.proto.serversync.SyncdPatch;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A patch of this device's: made against a version, sent, and written to the rows when the server has taken it. */
public final class OutgoingPatch {

    private final StateCollection collection;
    private final long version;
    private final LtHash hash;
    private final List<SealedMutation> mutations;
    private final SyncdPatch patch;

    private OutgoingPatch(
            StateCollection collection, long version, LtHash hash, List<SealedMutation> mutations, SyncdPatch patch) {
        this.collection = collection;
        this.version = version;
        this.hash = hash;
        this.mutations = mutations;
        this.patch = patch;
    }

    /**
     * Makes a patch that goes on from where the collection is.
     *
     * @param collection the collection
     * @param rows of it, in an open transaction; nothing is written
     * @param actions what to do, in order, each index once
     * @param keyId the id of the key to encrypt by
     * @param keyData its data
     * @return the patch
     */
    public static OutgoingPatch of(
            StateCollection collection, CollectionRows rows, List<StateAction> actions, byte[] keyId, byte[] keyData) {
        return of(collection, rows, actions, keyId, keyData, () -> RandomBytes.next(AesCbc.IV_BYTES));
    }

    static OutgoingPatch of(
            StateCollection collection,
            CollectionRows rows,
            List<StateAction> actions,
            byte[] keyId,
            byte[] keyData,
            Supplier<byte[]> ivs) {
        MutationKeys keys = MutationKeys.expand(keyData);
        CollectionState before = rows.state();
        long version = before.version() + 1;
        List<SealedMutation> sealed = actions.stream()
                .map(action -> SealedMutation.seal(action, keyId, keys, ivs.get()))
                .toList();
        Map<String, Optional<byte[]>> within = new HashMap<>();
        LtHash hash = before.hash();
        for (SealedMutation mutation : sealed) {
            String index = HexFormat.of().formatHex(mutation.indexMac());
            Optional<byte[]> old = within.getOrDefault(index, rows.value(mutation.indexMac()));
            hash = old.map(hash::minus).orElse(hash);
            hash = mutation.removal() ? hash : hash.plus(mutation.valueMac());
            within.put(index, mutation.removal() ? Optional.empty() : Optional.of(mutation.valueMac()));
        }
        return new OutgoingPatch(
                collection, version, hash, sealed, StatePatch.outgoing(collection, version, sealed, hash, keyId, keys));
    }

    /**
     * The version that it goes on from.
     *
     * @return 0 or more
     */
    public long base() {
        return version - 1;
    }

    /**
     * As it is sent.
     *
     * @return a {@code SyncdPatch}
     */
    public byte[] encode() {
        return patch.toByteArray();
    }

    SyncdPatch patch() {
        return patch;
    }

    LtHash hash() {
        return hash;
    }

    /**
     * Writes what it has done, now that the server has it.
     *
     * @param rows of the collection, in the open transaction
     * @return whether the collection is still where the patch goes on from; nothing is written if not
     */
    public boolean commit(CollectionRows rows) {
        if (rows.state().version() != base()) {
            return false;
        }
        for (SealedMutation mutation : mutations) {
            if (mutation.removal()) {
                rows.remove(mutation.indexMac());
            } else {
                rows.put(mutation.indexMac(), mutation.valueMac());
            }
        }
        rows.write(new CollectionState(version, hash, false));
        return true;
    }

    @Override
    public String toString() {
        return "OutgoingPatch[" + collection + " " + version + ", " + mutations.size() + " mutations]";
    }
}
