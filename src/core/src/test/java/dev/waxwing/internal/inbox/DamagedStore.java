package dev.waxwing.internal.inbox;

import dev.waxwing.error.StoreEntryDamagedException;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A store in which some values do not open, as where one was changed on disk that is encrypted. */
public final class DamagedStore implements AccountStore {

    private final AccountStore beneath;
    private final Set<String> damaged = new HashSet<>();

    public DamagedStore(AccountStore beneath) {
        this.beneath = beneath;
    }

    /** From here on the value under this key cannot be read. */
    public void damage(StoreTable table, String key) {
        damaged.add(table + "/" + key);
    }

    @Override
    public <T extends @Nullable Object> T transact(Function<StoreTransaction, T> work) {
        return beneath.transact(tx -> work.apply(new Transaction(tx)));
    }

    @Override
    public void close() {
        beneath.close();
    }

    private final class Transaction implements StoreTransaction {

        private final StoreTransaction tx;

        Transaction(StoreTransaction tx) {
            this.tx = tx;
        }

        @Override
        public byte @Nullable [] get(StoreTable table, String key) {
            requireWhole(table, key);
            return tx.get(table, key);
        }

        @Override
        public void put(StoreTable table, String key, byte[] value) {
            damaged.remove(table + "/" + key);
            tx.put(table, key, value);
        }

        @Override
        public void delete(StoreTable table, String key) {
            damaged.remove(table + "/" + key);
            tx.delete(table, key);
        }

        @Override
        public List<StoreEntry> scan(StoreTable table, String from, @Nullable String to, int limit) {
            List<StoreEntry> entries = tx.scan(table, from, to, limit);
            entries.forEach(entry -> requireWhole(table, entry.key()));
            return entries;
        }

        @Override
        public List<String> keys(StoreTable table, String from, @Nullable String to, int limit) {
            return tx.keys(table, from, to, limit);
        }

        private void requireWhole(StoreTable table, String key) {
            if (damaged.contains(table + "/" + key)) {
                throw new StoreEntryDamagedException("entry " + key + " of " + table + " does not open", null);
            }
        }
    }
}
