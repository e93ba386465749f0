package dev.waxwing.internal.signal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.internal.account.AdvSignatures;
import dev.waxwing.internal.account.KeyIndexList;
import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.storage.KeyIndexRecord;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The newest list by which each person's phone has said which companions it has linked, and the index of each companion
 * that is known. A companion's own signature stays genuine when its person has removed it: only the list tells.
 *
 * <p>The rows of a person are named as the sessions are: under the phone lies the list, under each companion its index.
 */
final class KeyIndexes {

    static final StoreTable TABLE = StoreTable.of("key_indexes");

    private final StoreTransaction tx;

    KeyIndexes(StoreTransaction tx) {
        this.tx = tx;
    }

    /**
     * The newest list that a phone has signed.
     *
     * @param person whose
     * @param phoneKey the phone's identity key
     */
    Optional<KeyIndexList> newest(Jid person, byte[] phoneKey) {
        byte[] row = tx.get(TABLE, rowOfList(person));
        if (row == null) {
            return Optional.empty();
        }
        try {
            KeyIndexRecord known = KeyIndexRecord.parseFrom(row);
            byte[] signed = known.getSignedList().toByteArray();
            boolean isSigned =
                    Arrays.equals(known.getVerifiedWith().toByteArray(), phoneKey) || isSigned(signed, phoneKey);
            return isSigned ? KeyIndexList.parse(signed) : Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            // Only a memory: the next list takes its place.
            return Optional.empty();
        }
    }

    /**
     * Takes a list that came. One that the phone has signed gives way to no older one and to none that it has not
     * signed, so that nobody can bring back what the phone has removed.
     *
     * @param person whose
     * @param came what came
     * @param phoneKey the phone's identity key, if known
     * @return whether it is news, so that what it does not hold is to be forgotten
     */
    boolean take(Jid person, KeyIndexList came, Optional<byte[]> phoneKey) {
        Optional<KeyIndexList> known = phoneKey.flatMap(key -> newest(person, key));
        if (known.filter(list -> Arrays.equals(list.signed(), came.signed()) || list.timestamp() > came.timestamp())
                .isPresent()) {
            return false;
        }
        boolean isSigned = phoneKey.filter(key -> isSigned(came.signed(), key)).isPresent();
        if (phoneKey.isPresent() && !isSigned) {
            return false;
        }
        KeyIndexRecord.Builder record = KeyIndexRecord.newBuilder().setSignedList(ByteString.copyFrom(came.signed()));
        phoneKey.map(ByteString::copyFrom).ifPresent(record::setVerifiedWith);
        tx.put(TABLE, rowOfList(person), record.build().toByteArray());
        return isSigned;
    }

    /** Notes the index of a companion whose identity was checked. */
    void put(Jid device, int keyIndex) {
        tx.put(TABLE, SignalAddress.of(device).key(), BigEndian.encode(keyIndex, Integer.BYTES));
    }

    /**
     * The companions of one name that a list does not hold.
     *
     * @return the keys of their rows
     */
    List<String> removedBy(KeyIndexList list, String name) {
        return UserRows.of(tx, TABLE, name).stream()
                .filter(row -> !row.key().equals(name + ".0"))
                .filter(row ->
                        row.value().length == Integer.BYTES && !list.standsBy((int) BigEndian.decode(row.value())))
                .map(StoreEntry::key)
                .toList();
    }

    /** The sessions went from one name to another. */
    void move(String from, String to) {
        UserRows.move(tx, TABLE, from, to, (there, came) -> there);
    }

    /** The phone has another key now, so that indexes begin anew; what it has signed with the old one is worthless. */
    void forgetCompanions(String name) {
        UserRows.delete(tx, TABLE, name, name + ".0");
    }

    private static boolean isSigned(byte[] signed, byte[] phoneKey) {
        return AdvSignatures.checkKeyIndexList(signed, Optional.of(phoneKey)) == AdvSignatures.Check.VALID;
    }

    private static String rowOfList(Jid person) {
        return SignalAddress.of(person.person()).key();
    }
}
