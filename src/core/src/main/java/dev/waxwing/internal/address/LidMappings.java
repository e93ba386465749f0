package dev.waxwing.internal.address;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.signal.SignalAddress;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.signal.SignalTransaction;
import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTransaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which phone number and which LID are the same person. Learned from every stanza that names both, kept for ever,
 * looked up in memory first. Thread-safe; a look-up that misses the memory reads the store, so not for event loops.
 */
public final class LidMappings {

    private static final int REMEMBERED = 10_000;

    /** More would hold up the store's other users for long. */
    private static final int LEARNED_TOGETHER = 100;

    /** Each but the first needs a pair of the same person that was learned within the last moments. */
    private static final int MOST_ATTEMPTS = 10;

    private final AccountStore store;
    private final SignalSessions sessions;
    private final Cache<Jid, Optional<Jid>> counterparts = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .executor(Runnable::run)
            .build();

    /**
     * Creates the view over an account's store.
     *
     * @param store where the pairs are kept
     * @param sessions the account's ratchets, which move from number to LID when a pair is learned
     */
    public LidMappings(AccountStore store, SignalSessions sessions) {
        this.store = requireNonNull(store, "store");
        this.sessions = requireNonNull(sessions, "sessions");
    }

    /**
     * The other form of an address, as the rows of a transaction say.
     *
     * @param transaction the open transaction
     * @param person a phone number or a LID
     * @return the other form without a device, empty if it is not known
     */
    public static Optional<Jid> storedCounterpart(StoreTransaction transaction, Jid person) {
        return LidRows.counterpart(transaction, person);
    }

    /**
     * Notes that two addresses are one person, on the word of the server. Does nothing if this is known already or if
     * the two are not a phone number and a LID. A number or a LID has one counterpart at a time: a changed pair, if it
     * is taken ({@link SignalTransaction#admitPair}), replaces what either belonged to before, since a number given up
     * may come to be somebody else's. What the ratchets hold under the number moves to the LID, unless the pair
     * changed.
     *
     * @param one a phone-number JID or a LID, with or without a device, hosted or not
     * @param other the other form
     * @return true if this was news that was taken
     */
    public boolean learn(Jid one, Jid other) {
        return learn(one, other, false);
    }

    /**
     * As {@link #learn} for many pairs at once, as the members of a group, in few transactions.
     *
     * @param pairs phone-number JIDs and LIDs, each with its other form
     */
    public void learnAll(Map<Jid, Jid> pairs) {
        List<Pair> news = new ArrayList<>();
        pairs.forEach((one, other) -> {
            if (isNews(one, other)) {
                news.add(new Pair((one.isPhone() ? one : other).person(), (one.isPhone() ? other : one).person()));
            }
        });
        for (int from = 0; from < news.size(); from += LEARNED_TOGETHER) {
            List<Pair> some = news.subList(from, Math.min(news.size(), from + LEARNED_TOGETHER));
            List<Jid> locked = some.stream()
                    .flatMap(pair -> allForms(pair.phone, pair.lid).stream())
                    .toList();
            List<Jid> touched = sessions.inTransaction(locked, signal -> {
                List<Jid> all = new ArrayList<>();
                some.forEach(pair -> all.addAll(LidRows.learn(signal, pair.phone, pair.lid, false)));
                return all;
            });
            counterparts.invalidateAll(touched);
        }
    }

    /**
     * Takes a pair because the application has confirmed it.
     *
     * @param one a phone-number JID or a LID
     * @param other the other form
     * @return true if this was news
     */
    public boolean confirm(Jid one, Jid other) {
        return learn(one, other, true);
    }

    private boolean learn(Jid one, Jid other, boolean confirmed) {
        if (!isNews(one, other)) {
            return false;
        }
        Jid phone = (one.isPhone() ? one : other).person();
        Jid lid = (one.isPhone() ? other : one).person();
        List<Jid> touched =
                sessions.inTransaction(allForms(phone, lid), signal -> LidRows.learn(signal, phone, lid, confirmed));
        // Forgotten rather than noted: two threads may come here in another order than their transactions.
        counterparts.invalidateAll(touched);
        return !touched.isEmpty();
    }

    /**
     * Whether two addresses are a phone number and a LID that are not known as a pair. Not for use inside a transaction
     * of the store.
     *
     * @param one an address
     * @param other another
     * @return true if {@link #learn} would have something to do
     */
    public boolean isNews(Jid one, Jid other) {
        boolean pair = (one.isPhone() && other.isLid()) || (one.isLid() && other.isPhone());
        return pair && counterpart(one.person()).filter(other.person()::equals).isEmpty();
    }

    /** Everybody whose state a pair concerns. */
    static List<Jid> allForms(Jid phone, Jid lid) {
        return List.of(
                phone, lid, new Jid(phone.user(), JidServer.HOSTED, 0), new Jid(lid.user(), JidServer.HOSTED_LID, 0));
    }

    /**
     * As {@link SignalSessions#inTransaction}, for devices in whichever form a stanza names them: the locks of both
     * forms are held, and where a device's state is filed is read inside the transaction. Thus a pair that another
     * thread learns just now cannot send the work to an address that the state has moved away from. Not to be called
     * within a transaction.
     *
     * @param devices the devices, or their users, whose state the work changes, as phone number or LID
     * @param work what to do; quick, and waiting for nothing; runs once
     * @param <T> what the work answers
     * @return the work's answer, once all is committed
     */
    public <T extends @Nullable Object> T inTransaction(Collection<Jid> devices, Function<PeerTransaction, T> work) {
        Set<Jid> locked = new LinkedHashSet<>();
        for (Jid device : devices) {
            locked.add(device);
            counterpart(device).ifPresent(locked::add);
        }
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Set<String> names = locked.stream().map(SignalAddress::nameOf).collect(Collectors.toSet());
            List<Jid> learned = new ArrayList<>(0);
            Attempt<T> made = sessions.inTransaction(locked, signal -> {
                Map<Jid, Jid> filed = new HashMap<>();
                devices.forEach(device -> filed.put(device, LidRows.canonical(signal.store(), device)));
                Set<Jid> unlocked = filed.values().stream()
                        .filter(address -> !names.contains(SignalAddress.nameOf(address)))
                        .collect(Collectors.toSet());
                return unlocked.isEmpty()
                        ? new Attempt<>(
                                unlocked,
                                Optional.of(new Done<>(work.apply(new PeerTransaction(signal, filed, names, touched -> {
                                    learned.addAll(touched);
                                    counterparts.invalidateAll(touched);
                                })))))
                        : new Attempt<>(unlocked, Optional.empty());
            });
            // Once more, for somebody may have read the rows as they were before the commit.
            counterparts.invalidateAll(learned);
            if (made.done.isPresent()) {
                return made.done.get().answer;
            }
            locked.addAll(made.unlocked);
        }
        throw new StoreFailedException("the addresses of " + devices + " change all the time");
    }

    /**
     * The other form of an address. Not for use inside a transaction of the store.
     *
     * @param jid a phone-number JID or a LID, with or without a device
     * @return the other form without a device, hosted if {@code jid} is; empty if not known, or if {@code jid} is
     *     neither
     */
    public Optional<Jid> counterpart(Jid jid) {
        return LidRows.counterpart(jid, bare -> counterparts.get(bare, this::load));
    }

    /**
     * As {@link #counterpart(Jid)}, inside a transaction.
     *
     * @param jid a phone-number JID or a LID, with or without a device
     * @param transaction the open transaction of this account's store
     * @return the other form without a device
     */
    public Optional<Jid> counterpart(Jid jid, StoreTransaction transaction) {
        return LidRows.counterpart(jid, bare -> {
            // Not remembered: whoever fills the memory waits for the store's turn, and the turn is held here.
            // That there is no counterpart may have changed in a transaction whose thread has not yet said so.
            Optional<Jid> known = counterparts.getIfPresent(bare);
            return known == null || known.isEmpty() ? LidRows.get(transaction, bare) : known;
        });
    }

    /**
     * The address under which a person's Signal state is filed: the LID where it is known, otherwise the address as
     * given. The device is kept, and so is whether it is hosted. Not for use inside a transaction of the store.
     *
     * @param jid any address
     * @return the canonical address
     */
    public Jid canonical(Jid jid) {
        return LidRows.canonical(jid, this::counterpart);
    }

    /**
     * As {@link #formsOf(Jid)}, without a look into the store; for any thread.
     *
     * @param jid any address
     * @return the address as given, and behind it the other form if there is one; empty if only the store may know
     */
    public Optional<List<Jid>> rememberedForms(Jid jid) {
        if (!jid.isUser()) {
            return Optional.of(List.of(jid));
        }
        return Optional.ofNullable(counterparts.getIfPresent(jid.person()))
                .map(known -> LidRows.counterpart(jid, same -> known)
                        .map(other -> List.of(jid, other))
                        .orElse(List.of(jid)));
    }

    /**
     * As {@link #canonical(Jid)}, inside a transaction.
     *
     * @param jid any address
     * @param transaction the open transaction of this account's store
     * @return the canonical address
     */
    public Jid canonical(Jid jid, StoreTransaction transaction) {
        return LidRows.canonical(jid, phone -> counterpart(phone, transaction));
    }

    /**
     * All forms of an address that are known. Not for use inside a transaction of the store.
     *
     * @param jid any address
     * @return the address as given, and behind it the other form if there is one
     */
    public List<Jid> formsOf(Jid jid) {
        return counterpart(jid).map(other -> List.of(jid, other)).orElse(List.of(jid));
    }

    /**
     * As {@link #formsOf(Jid)}, inside a transaction.
     *
     * @param jid any address
     * @param transaction the open transaction of this account's store
     * @return the address as given, and behind it the other form if there is one
     */
    public List<Jid> formsOf(Jid jid, StoreTransaction transaction) {
        return counterpart(jid, transaction).map(other -> List.of(jid, other)).orElse(List.of(jid));
    }

    private Optional<Jid> load(Jid bare) {
        return store.transact(transaction -> LidRows.get(transaction, bare));
    }

    private record Pair(Jid phone, Jid lid) {}

    private record Done<T extends @Nullable Object>(T answer) {}

    private record Attempt<T extends @Nullable Object>(Set<Jid> unlocked, Optional<Done<T>> done) {}
}
