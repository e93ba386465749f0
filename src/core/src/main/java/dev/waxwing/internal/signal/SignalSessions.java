package dev.waxwing.internal.signal;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.signal.engine.RatchetEngine;
import dev.waxwing.internal.signal.engine.SessionEngine;
import dev.waxwing.model.IdentityPolicy;
import dev.waxwing.model.Jid;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The pairwise sessions of an account. Every step of a ratchet runs in a transaction under the lock of its peer.
 * Thread-safe; blocks on the store, so not for event loops.
 */
public final class SignalSessions {

    private static final IdentityListener NOBODY = news -> {};

    private final AccountStore store;
    private final CredentialsStore credentials;
    private final IdentityPolicy policy;
    private final SessionEngine.Factory engines;
    private final Pairs pairs;
    private final IdentityListener listener;
    private final PeerLocks locks = new PeerLocks();

    /**
     * Creates the sessions of an account, with nobody to hear of changed identities.
     *
     * @param store where they are kept
     * @param credentials the own keys, over the same store
     */
    public SignalSessions(AccountStore store, CredentialsStore credentials) {
        this(store, credentials, IdentityPolicy.TELL, Pairs.NONE, NOBODY);
    }

    /**
     * Creates the sessions of an account.
     *
     * @param store where they are kept
     * @param credentials the own keys, over the same store
     * @param policy what to do when a known identity key is another
     * @param pairs which addresses are one person
     * @param listener hears what becomes known of identities
     */
    public SignalSessions(
            AccountStore store,
            CredentialsStore credentials,
            IdentityPolicy policy,
            Pairs pairs,
            IdentityListener listener) {
        this(
                store,
                credentials,
                RatchetEngine.factory(requireNonNull(credentials, "credentials")),
                policy,
                pairs,
                listener);
    }

    /**
     * Creates the sessions of an account over another engine.
     *
     * @param store where they are kept
     * @param credentials the own keys, over the same store
     * @param engines makes the engine of each transaction, with the own keys
     * @param policy what to do when a known identity key is another
     * @param pairs which addresses are one person
     * @param listener hears what becomes known of identities
     */
    public SignalSessions(
            AccountStore store,
            CredentialsStore credentials,
            SessionEngine.Factory engines,
            IdentityPolicy policy,
            Pairs pairs,
            IdentityListener listener) {
        this.store = requireNonNull(store, "store");
        this.credentials = requireNonNull(credentials, "credentials");
        this.engines = requireNonNull(engines, "engines");
        this.policy = requireNonNull(policy, "policy");
        this.pairs = requireNonNull(pairs, "pairs");
        this.listener = requireNonNull(listener, "listener");
    }

    /**
     * Takes the locks of the peers, in an order that cannot deadlock, and runs work in one transaction of the store.
     * Work that throws rolls everything back. Not to be called within a transaction.
     *
     * @param peers the devices, or their users, whose state the work changes; a lock covers all devices of its user
     * @param work what to do; quick, and waiting for nothing
     * @param <T> what the work answers
     * @return the work's answer, once all is committed
     */
    public <T extends @Nullable Object> T inTransaction(Collection<Jid> peers, Function<SignalTransaction, T> work) {
        Set<String> names = new HashSet<>(2 * peers.size());
        for (Jid peer : peers) {
            names.add(SignalAddress.nameOf(peer));
        }
        List<IdentityNews> news = new ArrayList<>(0);
        boolean committed = false;
        try {
            T answer = locks.whileHolding(
                    names,
                    () -> store.transact(tx -> {
                        news.clear();
                        RatchetTransaction ratchets = new RatchetTransaction(
                                tx, names, engines, () -> credentials.load(tx), policy, pairs, news);
                        T result = work.apply(ratchets);
                        ratchets.finish();
                        return result;
                    }));
            committed = true;
            return answer;
        } finally {
            for (IdentityNews one : news) {
                if (committed || one.refused()) {
                    listener.identityNews(one);
                }
            }
        }
    }

    /**
     * Whether there is a session with a device, in a transaction of its own.
     *
     * @param device the device
     * @return true if so, at this moment
     */
    public boolean hasSession(Jid device) {
        String key = SignalAddress.of(device).key();
        return store.transact(tx -> tx.get(StoreTable.SESSIONS, key) != null);
    }

    /**
     * Which of some devices there is no session with, in one transaction.
     *
     * @param devices the devices
     * @return those without, in the order given
     */
    public List<Jid> withoutSession(Collection<Jid> devices) {
        return store.transact(tx -> devices.stream()
                .filter(device ->
                        tx.get(StoreTable.SESSIONS, SignalAddress.of(device).key()) == null)
                .toList());
    }
}
