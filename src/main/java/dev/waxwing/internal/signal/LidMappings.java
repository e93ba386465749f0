package dev.waxwing.internal.signal;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.waxwing.model.Jid;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTable;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Which phone number and which LID are the same person. Learned from every stanza that names both, kept for ever, looked up in
 * memory first. Thread-safe; a look-up that misses the memory reads the store, so not for event loops.
 */
public final class LidMappings {

    private static final int REMEMBERED = 10_000;
    private static final String BY_PHONE = "pn/";
    private static final String BY_LID = "lid/";

    private final AccountStore store;
    private final Cache<Jid, Optional<Jid>> counterparts =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    /**
     * Creates the view over an account's store.
     *
     * @param store where the pairs are kept
     */
    public LidMappings(AccountStore store) {
        this.store = requireNonNull(store, "store");
    }

    /**
     * Notes that two addresses are one person. Does nothing if this is known already or if the two are not a phone number and a
     * LID; a changed pair replaces the old one.
     *
     * @param one a phone-number JID or a LID, with or without a device
     * @param other the other form
     * @return true if this was news
     */
    public boolean learn(Jid one, Jid other) {
        Jid phone = (one.isPhone() ? one : other).withoutDevice();
        Jid lid = (one.isPhone() ? other : one).withoutDevice();
        if (!phone.isPhone()
                || !lid.isLid()
                || counterpart(phone).filter(lid::equals).isPresent()) {
            return false;
        }
        store.transact(tx -> {
            byte[] replaced = tx.get(StoreTable.LID_MAPPINGS, BY_PHONE + phone.user());
            if (replaced != null) {
                tx.delete(StoreTable.LID_MAPPINGS, BY_LID + text(replaced));
            }
            tx.put(StoreTable.LID_MAPPINGS, BY_PHONE + phone.user(), bytes(lid));
            tx.put(StoreTable.LID_MAPPINGS, BY_LID + lid.user(), bytes(phone));
            return true;
        });
        counterparts.put(phone, Optional.of(lid));
        counterparts.put(lid, Optional.of(phone));
        return true;
    }

    /**
     * The other form of an address.
     *
     * @param jid a phone-number JID or a LID, with or without a device
     * @return the other form without a device; empty if not known, or if {@code jid} is neither
     */
    public Optional<Jid> counterpart(Jid jid) {
        if (!jid.isPhone() && !jid.isLid()) {
            return Optional.empty();
        }
        return counterparts.get(jid.withoutDevice(), this::load);
    }

    /**
     * The address under which a person's Signal state is filed: the LID where it is known, otherwise the address as given. The
     * device is kept.
     *
     * @param jid any address
     * @return the canonical address
     */
    public Jid canonical(Jid jid) {
        if (!jid.isPhone()) {
            return jid;
        }
        return counterpart(jid).map(lid -> lid.withDevice(jid.device())).orElse(jid);
    }

    private Optional<Jid> load(Jid bare) {
        String key = (bare.isPhone() ? BY_PHONE : BY_LID) + bare.user();
        byte[] user = store.transact(tx -> tx.get(StoreTable.LID_MAPPINGS, key));
        if (user == null) {
            return Optional.empty();
        }
        return Optional.of(bare.isPhone() ? Jid.lid(text(user)) : Jid.phone(text(user)));
    }

    private static byte[] bytes(Jid jid) {
        return jid.user().getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] user) {
        return new String(user, StandardCharsets.UTF_8);
    }
}
