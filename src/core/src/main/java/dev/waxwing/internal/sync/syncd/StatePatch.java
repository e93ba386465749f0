package dev.waxwing.internal.sync.syncd;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.ConstantTime;
import dev.waxwing.proto.serversync.ExternalBlobReference;
import dev.waxwing.proto.serversync.KeyId;
import dev.waxwing.proto.serversync.SyncdMutation;
import dev.waxwing.proto.serversync.SyncdMutations;
import dev.waxwing.proto.serversync.SyncdPatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A change of a collection from one version to the next, as it came. Cannot be changed. */
public final class StatePatch {

    /** Far more than a client changes at once; each costs a row. */
    static final int MOST_MUTATIONS = 100_000;

    private final long version;
    private final SyncdPatch patch;
    private final List<SealedMutation> mutations;

    private StatePatch(long version, SyncdPatch patch, List<SyncdMutation> mutations) {
        if (mutations.size() > MOST_MUTATIONS) {
            throw new ProtocolViolationException("a patch of " + mutations.size() + " mutations");
        }
        this.version = version;
        this.patch = patch;
        this.mutations = mutations.stream().map(SealedMutation::of).toList();
    }

    /**
     * Reads a patch whose mutations are all in it.
     *
     * @param bytes a {@code SyncdPatch}
     * @return the patch as it lies on the wire
     * @throws ProtocolViolationException if it cannot be read
     */
    public static SyncdPatch parse(byte[] bytes) {
        try {
            return SyncdPatch.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new ProtocolViolationException("a patch of " + bytes.length + " bytes that cannot be read", e);
        }
    }

    /**
     * Where the mutations of a patch lie that are not in it.
     *
     * @param patch the patch
     * @return what to download, or nothing
     */
    public static Optional<ExternalBlobReference> external(SyncdPatch patch) {
        return patch.hasExternalMutations() ? Optional.of(patch.getExternalMutations()) : Optional.empty();
    }

    /**
     * Takes a patch.
     *
     * @param patch the patch
     * @param fallback its version if it does not say it, as the account's own patches do not
     * @return the patch
     * @throws ProtocolViolationException if a part has a length that it cannot have
     */
    public static StatePatch of(SyncdPatch patch, long fallback) {
        return new StatePatch(version(patch, fallback), patch, patch.getMutationsList());
    }

    /**
     * Takes a patch whose mutations were downloaded; those in the patch itself count for nothing then.
     *
     * @param patch the patch
     * @param fallback its version if it does not say it
     * @param downloaded a {@code SyncdMutations}
     * @return the patch
     * @throws ProtocolViolationException if a part has a length that it cannot have
     */
    public static StatePatch of(SyncdPatch patch, long fallback, byte[] downloaded) {
        try {
            return new StatePatch(
                    version(patch, fallback),
                    patch,
                    SyncdMutations.parseFrom(downloaded).getMutationsList());
        } catch (InvalidProtocolBufferException e) {
            throw new ProtocolViolationException("mutations of " + downloaded.length + " bytes cannot be read", e);
        }
    }

    private static long version(SyncdPatch patch, long fallback) {
        return patch.getVersion().getVersion() > 0 ? patch.getVersion().getVersion() : fallback;
    }

    /**
     * The version that it makes.
     *
     * @return 1 or more
     */
    public long version() {
        return version;
    }

    /**
     * Whether its writer says that something went wrong and nothing after it can be trusted.
     *
     * @return true if it has an exit code
     */
    public boolean isTerminal() {
        return patch.hasExitCode() && patch.getExitCode().getCode() != 0;
    }

    List<SealedMutation> mutations() {
        return mutations;
    }

    /**
     * Checks the MAC of the patch, and those of its values and indexes, and decrypts them.
     *
     * @throws MissingKeyException if keys of it were not shared
     * @throws ProtocolViolationException if a MAC is wrong
     */
    List<OpenedMutation> open(StateCollection collection, StateKeys keys) {
        List<byte[]> needed = new ArrayList<>();
        needed.add(keyId());
        mutations.forEach(mutation -> needed.add(mutation.keyId()));
        keys.requireAll(needed);
        List<byte[]> valueMacs =
                mutations.stream().map(SealedMutation::valueMac).toList();
        byte[] mac =
                StateMacs.patch(keys.of(keyId()), patch.getSnapshotMAC().toByteArray(), valueMacs, version, collection);
        if (!ConstantTime.equal(mac, patch.getPatchMAC().toByteArray())) {
            throw new ProtocolViolationException("the MAC of patch " + version + " of " + collection + " is wrong");
        }
        return OpenedMutation.all(mutations, keys);
    }

    /** Checks what the collection hashes to behind it. */
    void requireSnapshotMac(LtHash hash, StateCollection collection, StateKeys keys) {
        byte[] mac = StateMacs.snapshot(keys.of(keyId()), hash, version, collection);
        if (!ConstantTime.equal(mac, patch.getSnapshotMAC().toByteArray())) {
            throw new ProtocolViolationException(
                    "the hash of " + collection + " is not what patch " + version + " says");
        }
    }

    private byte[] keyId() {
        return patch.getKeyID().getID().toByteArray();
    }

    /** A patch on its way out, which names no version: the server gives it one. */
    static SyncdPatch outgoing(
            StateCollection collection,
            long version,
            List<SealedMutation> mutations,
            LtHash hash,
            byte[] keyId,
            MutationKeys keys) {
        byte[] snapshotMac = StateMacs.snapshot(keys, hash, version, collection);
        List<byte[]> valueMacs =
                mutations.stream().map(SealedMutation::valueMac).toList();
        return SyncdPatch.newBuilder()
                .addAllMutations(
                        mutations.stream().map(SealedMutation::toMutation).toList())
                .setSnapshotMAC(ByteString.copyFrom(snapshotMac))
                .setPatchMAC(ByteString.copyFrom(StateMacs.patch(keys, snapshotMac, valueMacs, version, collection)))
                .setKeyID(KeyId.newBuilder().setID(ByteString.copyFrom(keyId)))
                .build();
    }

    @Override
    public String toString() {
        return "StatePatch[" + version + ", " + mutations.size() + " mutations]";
    }
}
