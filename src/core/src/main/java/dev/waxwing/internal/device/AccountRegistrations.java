package dev.waxwing.internal.device;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.internal.account.AdvSignatures;
import dev.waxwing.internal.account.KeyIndexList;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.address.PeerTransaction;
import dev.waxwing.internal.signal.IdentityListener;
import dev.waxwing.internal.signal.IdentityNews;
import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;
import dev.waxwing.proto.storage.RegistrationRecord;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices by the signed key index lists that somebody has registered anew, as on a new phone, and checks who signed
 * them. Each registration has a number of its own, the raw id; another one than last time means that what is known of
 * the person's devices and keys is worthless (rule of peer whatsapp-rust). Which number was last is kept in the store.
 */
public final class AccountRegistrations {

    private static final Logger LOG = LoggerFactory.getLogger(AccountRegistrations.class);

    /** People whose lists are looked at in one transaction; more would hold up the store's other users for long. */
    private static final int TOGETHER = 100;

    private final Supplier<Self> own;
    private final LidMappings lids;
    private final IdentityListener listener;
    private final AtomicBoolean warned = new AtomicBoolean();

    /**
     * Creates one for an account.
     *
     * @param own who the account is now
     * @param lids which addresses are one person
     * @param listener hears of each person who registered anew, once the old sessions are gone
     */
    public AccountRegistrations(Supplier<Self> own, LidMappings lids, IdentityListener listener) {
        this.own = requireNonNull(own, "own");
        this.lids = requireNonNull(lids, "lids");
        this.listener = requireNonNull(listener, "listener");
    }

    /**
     * Looks at the lists of some people. Blocks on the store.
     *
     * @param lists what came of each, given without device; empty of whom none came
     * @return of each the list that counts, if there is one: what came, or the one that is known if that is newer or
     *     signed and the other not
     */
    Map<Jid, KeyIndexList> seen(Map<Jid, Optional<KeyIndexList>> lists) {
        Self self = own.get();
        List<Jid> people = new ArrayList<>(lists.keySet());
        Map<Jid, KeyIndexList> newest = new LinkedHashMap<>();
        for (int from = 0; from < people.size(); from += TOGETHER) {
            List<Jid> some = people.subList(from, Math.min(people.size(), from + TOGETHER));
            List<Jid> concerned =
                    some.stream().flatMap(AccountRegistrations::withHosted).toList();
            List<Jid> anew = lids.inTransaction(concerned, peers -> {
                List<Jid> changed = new ArrayList<>();
                for (Jid person : some) {
                    Optional<KeyIndexList> list = lists.getOrDefault(person, Optional.empty());
                    if (list.filter(came -> isNewRegistration(person, self.includes(person), came, peers))
                            .isPresent()) {
                        changed.add(peers.canonical(person));
                    }
                    peers.takeKeyIndexes(person, list).ifPresent(counts -> newest.put(person, counts));
                }
                return changed;
            });
            anew.forEach(person -> listener.identityNews(IdentityNews.registeredAnew(person)));
        }
        return newest;
    }

    /** The companions that a list may have removed are among the hosted ones too. */
    private static Stream<Jid> withHosted(Jid person) {
        return person.isUser()
                ? Stream.of(person, new Jid(person.user(), person.isLid() ? JidServer.HOSTED_LID : JidServer.HOSTED, 0))
                : Stream.of(person);
    }

    /** The same for one. */
    Optional<KeyIndexList> seen(Jid person, Optional<KeyIndexList> list) {
        return Optional.ofNullable(seen(Map.of(person, list)).get(person));
    }

    /** Forgets which registration was last, since the person is known to have another now. */
    static void forget(Jid person, StoreTransaction transaction) {
        transaction.delete(StoreTable.DEVICE_LISTS, key(person));
    }

    private boolean isNewRegistration(Jid person, boolean isOwn, KeyIndexList list, PeerTransaction peers) {
        if (list.rawId().isEmpty()) {
            return false;
        }
        Jid filed = peers.canonical(person);
        int rawId = list.rawId().getAsInt();
        RegistrationRecord last = last(person, filed, peers.store());
        if (last != null && list.timestamp() < last.getListTimestamp()) {
            LOG.debug("A key index list of {} is older than the one before", person);
            return false;
        }
        boolean another = last != null && last.getRawId() != rawId;
        if (last != null && !another && list.timestamp() == last.getListTimestamp()) {
            return false;
        }
        RegistrationRecord now = RegistrationRecord.newBuilder()
                .setRawId(rawId)
                .setListTimestamp(list.timestamp())
                .build();
        peers.store().put(StoreTable.DEVICE_LISTS, key(filed), now.toByteArray());
        Optional<byte[]> identity = peers.identity(filed);
        AdvSignatures.Check signature = AdvSignatures.checkKeyIndexList(list.signed(), identity);
        // Signed with the key that is known: the new identity came before this list, with a message or a notice.
        boolean alreadyKnown = signature == AdvSignatures.Check.VALID && identity.isPresent();
        // The own phone's identity is the one this device was linked by: a new one comes with a new link.
        if (!another || alreadyKnown || isOwn) {
            report(person, signature);
            return false;
        }
        LOG.info("{} registered anew: sessions and identity keys of the old registration are dropped", person);
        peers.deleteUser(filed);
        return true;
    }

    /** What the signature covers is not settled by a real sample yet, so one that fails refuses nothing. */
    private void report(Jid person, AdvSignatures.Check signature) {
        if (signature != AdvSignatures.Check.INVALID) {
            return;
        }
        if (warned.compareAndSet(false, true)) {
            LOG.warn("The key index list of {} is not signed by its phone; it is used as an unsigned one", person);
        } else {
            LOG.debug("The key index list of {} is not signed by its phone", person);
        }
    }

    /** Under the number, if the LID was learned since. */
    private static @Nullable RegistrationRecord last(Jid person, Jid filed, StoreTransaction transaction) {
        byte[] stored = transaction.get(StoreTable.DEVICE_LISTS, key(filed));
        if (stored == null && !person.equals(filed)) {
            stored = transaction.get(StoreTable.DEVICE_LISTS, key(person));
        }
        try {
            return stored == null ? null : RegistrationRecord.parseFrom(stored);
        } catch (InvalidProtocolBufferException e) {
            // Only a memory: the list at hand becomes the new one.
            LOG.warn("What was stored of the registration of {} cannot be read", person, e);
            return null;
        }
    }

    private static String key(Jid person) {
        return "registration/" + person.person();
    }
}
