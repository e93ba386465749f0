package dev.waxwing.store;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes of one transaction; see {@link AccountStore#transact}. It sees its own writes. Values are copied on
 * the way in and on the way out.
 *
 * <p>A key is 1 to 512 printable ASCII characters ({@code 0x20} to {@code 0x7e}). It is stored in the clear even where
 * values are encrypted, so it never holds a secret. A value is 0 bytes to 64 MiB. Anything else is refused with {@link
 * IllegalArgumentException}. Every method throws {@link dev.waxwing.error.StoreFailedException} if the store fails,
 * after which the transaction cannot commit any more, and {@link IllegalStateException} after the transaction ended or
 * on another thread than its own. If only a value cannot be given back, say because it does not decrypt, reading it
 * throws {@link dev.waxwing.error.StoreEntryDamagedException}, and the transaction goes on.
 */
public interface StoreTransaction {

    /**
     * Reads one value.
     *
     * @param table the table
     * @param key the key
     * @return the value, or null if the table has none under this key
     */
    byte @Nullable [] get(StoreTable table, String key);

    /**
     * Writes one value, in place of the one under this key if there is one.
     *
     * @param table the table
     * @param key the key
     * @param value the value
     */
    void put(StoreTable table, String key, byte[] value);

    /**
     * Removes the value under this key; does nothing if there is none.
     *
     * @param table the table
     * @param key the key
     */
    void delete(StoreTable table, String key);

    /**
     * The tables that have entries, for those who copy an account as a whole. The library itself never asks.
     *
     * @return the tables, in no order
     * @throws UnsupportedOperationException if the store cannot tell, which is what a store of an application's own
     *     does unless it overrides this
     */
    default Set<StoreTable> tables() {
        throw new UnsupportedOperationException("this store does not tell its tables: override tables()");
    }

    /**
     * Reads a range of entries in the order of their keys, which is the plain byte order of ASCII.
     *
     * @param table the table
     * @param from where the range starts, this key included; empty for the first key there is
     * @param to where the range ends, this key excluded; null for no end
     * @param limit how many entries to answer at most, 1 or more
     * @return the entries in ascending order; empty if none, also if {@code to} does not lie behind {@code from}
     */
    List<StoreEntry> scan(StoreTable table, String from, @Nullable String to, int limit);

    /**
     * Reads the keys of a range: as {@link #scan}, without the values. A store does well to do it without reading these
     * at all.
     *
     * @param table the table
     * @param from where the range starts, this key included; empty for the first key there is
     * @param to where the range ends, this key excluded; null for no end
     * @param limit how many keys to answer at most, 1 or more
     * @return the keys in ascending order; empty if none
     */
    default List<String> keys(StoreTable table, String from, @Nullable String to, int limit) {
        return scan(table, from, to, limit).stream().map(StoreEntry::key).toList();
    }

    /**
     * Reads the entries whose key begins with a prefix, in the order of their keys.
     *
     * @param table the table
     * @param prefix what the keys begin with; empty for all keys
     * @param limit how many entries to answer at most, 1 or more
     * @return the entries in ascending order; empty if none
     */
    default List<StoreEntry> scanPrefix(StoreTable table, String prefix, int limit) {
        return scan(table, prefix, StoreLimits.endOfPrefix(prefix), limit);
    }
}
