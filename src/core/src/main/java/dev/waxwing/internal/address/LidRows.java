package dev.waxwing.internal.address;

import dev.waxwing.internal.signal.SenderKeys;
import dev.waxwing.internal.signal.SignalTransaction;
import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The rows that say which phone number and which LID are one person: each pair is kept twice, by the number and by the
 * LID. An address is bare here if it has neither device nor host, as all devices of a person, hosted or not, belong to
 * the same pair.
 */
final class LidRows {

    private static final String BY_PHONE = "pn/";
    private static final String BY_LID = "lid/";

    private LidRows() {}

    /**
     * Learns a pair, unless it is known or refused. What is filed under the number goes to the LID in the same
     * transaction: no message may find the person under the new address and the session under the old.
     *
     * @return everybody whose counterpart is another now; empty if nothing changed
     */
    static List<Jid> learn(SignalTransaction signal, Jid phone, Jid lid, boolean confirmed) {
        StoreTransaction tx = signal.store();
        Optional<Jid> formerLid = get(tx, phone);
        if (formerLid.filter(lid::equals).isPresent()) {
            return List.of();
        }
        switch (signal.admitPair(phone, lid, formerLid, get(tx, lid), confirmed)) {
            case REFUSED -> {
                return List.of();
            }
            case JOINED -> SenderKeys.in(tx).migrate(phone, lid);
            // Keys of groups say who wrote: those under the number may be somebody else's.
            case APART -> SenderKeys.in(tx).delete(phone);
        }
        List<Jid> touched = new ArrayList<>(put(tx, phone, lid));
        touched.add(phone);
        touched.add(lid);
        return touched;
    }

    /**
     * Makes two bare addresses a pair.
     *
     * @return those that either was paired with before, which are nobody's now
     */
    private static List<Jid> put(StoreTransaction tx, Jid phone, Jid lid) {
        List<Jid> parted = new ArrayList<>(2);
        byte[] formerLid = tx.get(StoreTable.LID_MAPPINGS, BY_PHONE + phone.user());
        if (formerLid != null) {
            tx.delete(StoreTable.LID_MAPPINGS, BY_LID + text(formerLid));
            parted.add(Jid.lid(text(formerLid)));
        }
        byte[] formerPhone = tx.get(StoreTable.LID_MAPPINGS, BY_LID + lid.user());
        if (formerPhone != null) {
            tx.delete(StoreTable.LID_MAPPINGS, BY_PHONE + text(formerPhone));
            parted.add(phone(formerPhone));
        }
        tx.put(StoreTable.LID_MAPPINGS, BY_PHONE + phone.user(), bytes(lid));
        tx.put(StoreTable.LID_MAPPINGS, BY_LID + lid.user(), bytes(phone));
        return parted;
    }

    /** The other form of a bare address, empty if not known. */
    static Optional<Jid> get(StoreTransaction tx, Jid bare) {
        byte[] user = tx.get(StoreTable.LID_MAPPINGS, (bare.isPhone() ? BY_PHONE : BY_LID) + bare.user());
        if (user == null) {
            return Optional.empty();
        }
        return Optional.of(bare.isPhone() ? Jid.lid(text(user)) : phone(user));
    }

    /**
     * The other form of any address without its device, hosted if the address is: as the transaction itself sees it,
     * past every memory.
     */
    static Optional<Jid> counterpart(StoreTransaction tx, Jid jid) {
        return counterpart(jid, bare -> get(tx, bare));
    }

    /** As {@link #counterpart(StoreTransaction, Jid)}, with another way to find the counterpart of a bare address. */
    static Optional<Jid> counterpart(Jid jid, Function<Jid, Optional<Jid>> byBare) {
        if (!jid.isUser()) {
            return Optional.empty();
        }
        Optional<Jid> known = byBare.apply(jid.person());
        if (jid.server().equals(JidServer.HOSTED)) {
            return known.map(lid -> new Jid(lid.user(), JidServer.HOSTED_LID, 0));
        }
        if (jid.server().equals(JidServer.HOSTED_LID)) {
            return known.map(phone -> new Jid(phone.user(), JidServer.HOSTED, 0));
        }
        return known;
    }

    /** Where the state of an address is filed, as the transaction itself sees it. */
    static Jid canonical(StoreTransaction tx, Jid jid) {
        return canonical(jid, phone -> counterpart(tx, phone));
    }

    /** As {@link #canonical(StoreTransaction, Jid)}, with another way to find counterparts. */
    static Jid canonical(Jid jid, Function<Jid, Optional<Jid>> counterpart) {
        return jid.isPhone()
                ? counterpart
                        .apply(jid)
                        .map(lid -> lid.withDevice(jid.device()))
                        .orElse(jid)
                : jid;
    }

    private static Jid phone(byte[] user) {
        return new Jid(text(user), JidServer.PHONE, 0);
    }

    private static byte[] bytes(Jid jid) {
        return jid.user().getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] user) {
        return new String(user, StandardCharsets.UTF_8);
    }
}
