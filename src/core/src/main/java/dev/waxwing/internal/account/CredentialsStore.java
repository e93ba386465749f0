package dev.waxwing.internal.account;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.threads.SystemTime;
import dev.waxwing.proto.storage.CredentialsRecord;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The credentials in an account's store. Thread-safe; every method reads the store, so not for event loops. The
 * methods without a transaction open one and so must not be called within another.
 */
public final class CredentialsStore {

    private static final String CURRENT = "current";
    private static final String ARCHIVE = "archived/";

    /** Behind every key that begins with {@link #ARCHIVE}. */
    private static final String BEHIND_ARCHIVE = "archived0";

    private static final int PAGE = 500;

    private static final List<StoreTable> BOUND_TO_THE_IDENTITY = List.of(
            StoreTable.PRE_KEYS,
            StoreTable.SIGNED_PRE_KEYS,
            StoreTable.SESSIONS,
            StoreTable.IDENTITIES,
            StoreTable.SENDER_KEYS,
            StoreTable.SKIPPED_SENDER_KEYS);

    private final AccountStore store;

    /**
     * The last record read, so that unchanged bytes are not parsed again; a change that is rolled back leaves it
     * correct.
     */
    private volatile @Nullable Parsed parsed;

    private record Parsed(byte[] bytes, Credentials credentials) {}

    /**
     * Creates the view over an account's store.
     *
     * @param store where the credentials are kept
     */
    public CredentialsStore(AccountStore store) {
        this.store = requireNonNull(store, "store");
    }

    /**
     * Reads the credentials.
     *
     * @return the credentials, or empty if none were made yet
     * @throws StoreFailedException if they are there and cannot be read
     */
    public Optional<Credentials> load() {
        return store.transact(this::load);
    }

    /**
     * Reads the credentials within a transaction.
     *
     * @param tx the transaction
     * @return the credentials, or empty if none were made yet
     * @throws StoreFailedException if they are there and cannot be read
     */
    public Optional<Credentials> load(StoreTransaction tx) {
        byte[] stored = tx.get(StoreTable.CREDENTIALS, CURRENT);
        if (stored == null) {
            return Optional.empty();
        }
        Parsed last = parsed;
        if (last == null || !Arrays.equals(last.bytes, stored)) {
            last = new Parsed(stored, CredentialsCodec.parse(stored));
            parsed = last;
        }
        return Optional.of(last.credentials);
    }

    /**
     * Reads the credentials, or makes and keeps fresh ones if there are none.
     *
     * @return the credentials, durable when this returns
     * @throws StoreFailedException if there are some and they cannot be read
     */
    public Credentials loadOrCreate() {
        return store.transact(tx -> load(tx).orElseGet(() -> save(tx, Credentials.create())));
    }

    /**
     * Reads, changes and writes the credentials in one transaction.
     *
     * @param change makes the new credentials of the old ones; quick, without side effects
     * @return the new credentials, durable when this returns
     * @throws IllegalStateException if there are none, for instance because they were archived meanwhile
     */
    public Credentials update(UnaryOperator<Credentials> change) {
        return store.transact(tx -> update(tx, change));
    }

    /**
     * Reads, changes and writes the credentials within a transaction.
     *
     * @param tx the transaction
     * @param change makes the new credentials of the old ones
     * @return the new credentials, durable once the transaction commits
     * @throws IllegalStateException if there are none
     */
    public Credentials update(StoreTransaction tx, UnaryOperator<Credentials> change) {
        return save(tx, change.apply(require(tx)));
    }

    /**
     * Reads the credentials that must be there.
     *
     * @param tx the transaction
     * @return the credentials
     * @throws IllegalStateException if there are none
     */
    public Credentials require(StoreTransaction tx) {
        return load(tx).orElseThrow(() -> new IllegalStateException("this store holds no credentials"));
    }

    /**
     * Puts the credentials away under a new key, with all that is worth nothing without them: pre-keys, sessions,
     * identities and sender keys. Nothing is deleted. Afterwards {@link #load} finds none. Does nothing if there are
     * none.
     *
     * @param reason why, for whoever looks into the store later
     */
    public void archive(String reason) {
        requireNonNull(reason, "reason");
        store.transact(tx -> {
            load(tx).ifPresent(credentials -> archive(tx, credentials, reason));
            return true;
        });
    }

    private static void archive(StoreTransaction tx, Credentials credentials, String reason) {
        String prefix = nextArchive(tx);
        CredentialsRecord record = CredentialsCodec.toRecord(credentials).toBuilder()
                .setArchiveReason(reason)
                .setArchivedAtMillis(SystemTime.wallMillis())
                .build();
        tx.put(StoreTable.CREDENTIALS, prefix, record.toByteArray());
        tx.delete(StoreTable.CREDENTIALS, CURRENT);
        for (StoreTable table : BOUND_TO_THE_IDENTITY) {
            move(tx, table, "", ARCHIVE, prefix);
            move(tx, table, BEHIND_ARCHIVE, null, prefix);
        }
    }

    private static String nextArchive(StoreTransaction tx) {
        int number = 1;
        String key = ARCHIVE + number;
        while (tx.get(StoreTable.CREDENTIALS, key) != null) {
            number++;
            key = ARCHIVE + number;
        }
        return key;
    }

    private static void move(StoreTransaction tx, StoreTable table, String from, @Nullable String to, String prefix) {
        List<StoreEntry> page = tx.scan(table, from, to, PAGE);
        while (!page.isEmpty()) {
            for (StoreEntry entry : page) {
                tx.put(table, prefix + "/" + entry.key(), entry.value());
                tx.delete(table, entry.key());
            }
            page = tx.scan(table, from, to, PAGE);
        }
    }

    private static Credentials save(StoreTransaction tx, Credentials credentials) {
        tx.put(
                StoreTable.CREDENTIALS,
                CURRENT,
                CredentialsCodec.toRecord(credentials).toByteArray());
        return credentials;
    }
}
