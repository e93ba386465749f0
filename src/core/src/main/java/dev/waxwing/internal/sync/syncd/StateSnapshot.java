package dev.waxwing.internal.sync.syncd;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.ConstantTime;
import dev.waxwing.proto.serversync.SyncdSnapshot;
import java.util.ArrayList;
import java.util.List;

/** A whole collection at one version, as it came. Cannot be changed. */
public final class StateSnapshot {

    /** Each costs a row; an address book of a phone has some thousands. */
    static final int MOST_RECORDS = 500_000;

    private final SyncdSnapshot snapshot;
    private final List<SealedMutation> records;

    private StateSnapshot(SyncdSnapshot snapshot) {
        if (snapshot.getRecordsCount() > MOST_RECORDS) {
            throw new ProtocolViolationException("a snapshot of " + snapshot.getRecordsCount() + " records");
        }
        this.snapshot = snapshot;
        records = snapshot.getRecordsList().stream()
                .map(syncd -> SealedMutation.of(false, syncd))
                .toList();
    }

    /**
     * Reads a snapshot.
     *
     * @param bytes a {@code SyncdSnapshot}
     * @return the snapshot
     * @throws ProtocolViolationException if it cannot be read
     */
    public static StateSnapshot parse(byte[] bytes) {
        try {
            return new StateSnapshot(SyncdSnapshot.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new ProtocolViolationException("a snapshot of " + bytes.length + " bytes that cannot be read", e);
        }
    }

    /**
     * The version that it shows.
     *
     * @return 0 or more
     */
    public long version() {
        return snapshot.getVersion().getVersion();
    }

    List<SealedMutation> records() {
        return records;
    }

    /**
     * Checks the MACs of its values and indexes, and decrypts them.
     *
     * @throws MissingKeyException if keys of it were not shared
     * @throws ProtocolViolationException if a MAC is wrong
     */
    List<OpenedMutation> open(StateKeys keys) {
        List<byte[]> needed = new ArrayList<>();
        needed.add(keyId());
        records.forEach(one -> needed.add(one.keyId()));
        keys.requireAll(needed);
        return OpenedMutation.all(records, keys);
    }

    /** Checks what its records hash to. */
    void requireMac(LtHash hash, StateCollection collection, StateKeys keys) {
        byte[] mac = StateMacs.snapshot(keys.of(keyId()), hash, version(), collection);
        if (!ConstantTime.equal(mac, snapshot.getMac().toByteArray())) {
            throw new ProtocolViolationException("the MAC of the snapshot of " + collection + " is wrong");
        }
    }

    private byte[] keyId() {
        return snapshot.getKeyID().getID().toByteArray();
    }

    @Override
    public String toString() {
        return "StateSnapshot[" + version() + ", " + records.size() + " records]";
    }
}
