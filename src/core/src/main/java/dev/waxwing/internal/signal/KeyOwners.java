package dev.waxwing.internal.signal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.waxwing.internal.crypto.Digests;
import dev.waxwing.model.Jid;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Whose an identity key is. X3DH binds a session to two keys and to nobody's address, so a server could bring what one
 * person wrote as another's; a key that is known as one person's is therefore nobody else's. Kept for ever, also when
 * the key itself is forgotten.
 */
final class KeyOwners {

    static final StoreTable TABLE = StoreTable.of("key_owners");

    private static final int HASH_BYTES = 16;

    private final StoreTransaction tx;
    private final Pairs pairs;

    KeyOwners(StoreTransaction tx, Pairs pairs) {
        this.tx = tx;
        this.pairs = pairs;
    }

    /** Notes whose a key is, in place of what was known. */
    void put(byte[] identityKey, Jid device) {
        byte[] person = device.person().toString().getBytes(UTF_8);
        tx.put(TABLE, row(identityKey), person);
    }

    /**
     * Who is known to have a key, if that is somebody else.
     *
     * @param device whose it is said to be
     */
    Optional<Jid> otherThan(byte[] identityKey, Jid device) {
        byte[] known = tx.get(TABLE, row(identityKey));
        return known == null
                ? Optional.empty()
                : Optional.of(Jid.parse(new String(known, UTF_8))).filter(owner -> !maySame(owner, device.person()));
    }

    /** A number and a LID of which nothing is known may be one person. */
    private boolean maySame(Jid owner, Jid person) {
        if (owner.sameUser(person)) {
            return true;
        }
        if (owner.isLid() == person.isLid()) {
            return false;
        }
        Optional<Jid> ofOwner = pairs.counterpart(tx, owner);
        Optional<Jid> ofPerson = pairs.counterpart(tx, person);
        return (ofOwner.isEmpty() && ofPerson.isEmpty())
                || ofOwner.filter(person::sameUser).isPresent();
    }

    private static String row(byte[] identityKey) {
        return HexFormat.of().formatHex(Digests.sha256(identityKey), 0, HASH_BYTES);
    }
}
