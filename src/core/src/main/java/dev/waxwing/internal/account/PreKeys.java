package dev.waxwing.internal.account;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTransaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Own one-time and signed pre-keys. Thread-safe; every method runs one transaction, so not within another and not for
 * event loops.
 */
public final class PreKeys {

    /** Signed pre-keys kept besides the current one. */
    public static final int KEPT_SIGNED = 3;

    private final AccountStore store;
    private final CredentialsStore credentials;

    /**
     * Creates the view over an account's store.
     *
     * @param store where the keys are kept
     * @param credentials where the counters are kept, over the same store
     */
    public PreKeys(AccountStore store, CredentialsStore credentials) {
        this.store = requireNonNull(store, "store");
        this.credentials = requireNonNull(credentials, "credentials");
    }

    /**
     * How many ids back a one-time key is kept. A server that goes on saying that it has none left must not fill the
     * store; whoever uses an older one is asked to start anew.
     */
    static final int MOST_KEPT = 20_000;

    /**
     * The one-time keys to offer to the server: all that it has not confirmed, and as many new ones as are missing.
     * Their private halves are durable when this returns.
     *
     * @param atLeast how many to have, 0 or more
     * @return the keys in the order in which they were made: ascending ids, which begin at 1 again behind the last
     *     there is
     */
    public List<PreKey> unuploaded(int atLeast) {
        return store.transact(tx -> {
            Credentials current = credentials.require(tx);
            List<PreKey> keys =
                    new ArrayList<>(PreKeyTable.offered(tx, current.firstUnuploadedPreKeyId(), current.nextPreKeyId()));
            int next = current.nextPreKeyId();
            while (keys.size() < atLeast) {
                PreKey key = new PreKey(wrapped(next), Curve25519.generate());
                PreKeyTable.put(tx, key, false);
                keys.add(key);
                next = key.id() + 1;
            }
            storeNext(tx, current, next);
            PreKeyTable.deleteBefore(tx, next - MOST_KEPT);
            return List.copyOf(keys);
        });
    }

    /**
     * Makes one key that is handed to a peer directly, in a retry receipt, and so must never be offered to the server
     * too.
     *
     * @param now when; it is dropped some time later if it is not used
     * @return a fresh key, durable when this returns
     */
    public PreKey reserve(Instant now) {
        return store.transact(tx -> {
            Credentials current = credentials.require(tx);
            PreKey key = new PreKey(wrapped(current.nextPreKeyId()), Curve25519.generate());
            PreKeyTable.putReserved(tx, key, now);
            storeNext(tx, current, key.id() + 1);
            return key;
        });
    }

    /**
     * A one-time key that no message has used yet.
     *
     * @param id its id
     * @return the key, empty if it was used or dropped, or never made
     */
    public Optional<PreKey> find(int id) {
        return store.transact(tx -> Optional.ofNullable(PreKeyTable.get(tx, id)));
    }

    /**
     * Drops keys that were reserved for a peer and not used.
     *
     * @param before those reserved before this
     */
    public void dropReserved(Instant before) {
        store.transact(tx -> {
            PreKeyTable.deleteReserved(tx, before);
            return true;
        });
    }

    /** Behind the last id comes the first again: a key that had it millions of keys ago is used, or was dropped. */
    private static int wrapped(int next) {
        return next > PreKey.MAX_ID ? 1 : next;
    }

    /**
     * Keeps a key that was made and offered elsewhere, so that messages that name it can be read. It is never offered
     * to the server again.
     *
     * @param key the key; replaces one of the same id
     */
    public void keep(PreKey key) {
        requireNonNull(key, "key");
        store.transact(tx -> {
            PreKeyTable.put(tx, key, true);
            return true;
        });
    }

    private void storeNext(StoreTransaction tx, Credentials current, int next) {
        if (next != current.nextPreKeyId()) {
            credentials.update(tx, c -> c.toBuilder().nextPreKeyId(next).build());
        }
    }

    /**
     * The public halves of some one-time keys.
     *
     * @param ids what the server names them by; any numbers
     * @return 32 bytes for each id that is known
     */
    public Map<Integer, byte[]> publicKeys(Collection<Integer> ids) {
        return store.transact(tx -> {
            Map<Integer, byte[]> known = new HashMap<>();
            for (int id : ids) {
                PreKey key = id < 1 || id > PreKey.MAX_ID ? null : PreKeyTable.get(tx, id);
                if (key != null) {
                    known.put(id, key.keyPair().publicKey());
                }
            }
            return known;
        });
    }

    /**
     * Notes that the server confirmed the keys up to an id. Going backwards does nothing.
     *
     * @param lastId the highest id of the upload
     * @throws IllegalArgumentException if no key of that id was made
     */
    public void markUploaded(int lastId) {
        PreKey.requireId(lastId, "lastId");
        store.transact(tx -> {
            Credentials current = credentials.require(tx);
            int first = current.firstUnuploadedPreKeyId();
            int next = current.nextPreKeyId();
            boolean isAroundTheEnd = first > next;
            if (lastId >= next && !isAroundTheEnd) {
                throw new IllegalArgumentException("lastId must be below " + next + " but was " + lastId);
            }
            if (isAroundTheEnd ? lastId >= first || lastId < next : lastId >= first) {
                credentials.update(
                        tx,
                        c -> c.toBuilder().firstUnuploadedPreKeyId(lastId + 1).build());
            }
            return true;
        });
    }

    /**
     * Makes the next signed pre-key without making it current, or answers the one staged before: the server may have
     * taken it although its answer was lost. Messages that name it can be read from now on.
     *
     * @return the staged key, durable when this returns
     */
    public SignedPreKey stageSignedPreKey() {
        return store.transact(this::stage);
    }

    /**
     * Makes the staged signed pre-key current, once the server took it. The last three before it are kept, for late
     * messages name theirs by id.
     *
     * @param now since when it is current
     * @return the credentials with the new key
     * @throws IllegalStateException if none is staged
     */
    public Credentials promoteSignedPreKey(Instant now) {
        return store.transact(tx -> {
            Credentials current = credentials.require(tx);
            SignedPreKey staged =
                    PreKeyTable.signed(tx, nextSignedId(current.signedPreKey().id()));
            if (staged == null) {
                throw new IllegalStateException("no signed pre-key is staged");
            }
            PreKeyTable.putSigned(tx, current.signedPreKey());
            int outlived = current.signedPreKey().id() - KEPT_SIGNED;
            if (outlived > 0) {
                PreKeyTable.deleteSigned(tx, outlived);
            }
            return credentials.update(
                    tx,
                    own -> own.toBuilder()
                            .signedPreKey(staged)
                            .signedPreKeySince(now)
                            .build());
        });
    }

    /** Drops the staged signed pre-key, for instance because the server refused it. Does nothing if there is none. */
    public void dropStagedSignedPreKey() {
        store.transact(tx -> {
            PreKeyTable.deleteSigned(
                    tx, nextSignedId(credentials.require(tx).signedPreKey().id()));
            return true;
        });
    }

    private SignedPreKey stage(StoreTransaction tx) {
        Credentials current = credentials.require(tx);
        int id = nextSignedId(current.signedPreKey().id());
        SignedPreKey staged = PreKeyTable.signed(tx, id);
        if (staged == null) {
            staged = SignedPreKey.create(id, current.identityKey());
            PreKeyTable.putSigned(tx, staged);
        }
        return staged;
    }

    private static int nextSignedId(int id) {
        return id == PreKey.MAX_ID ? 1 : id + 1;
    }
}
