package dev.waxwing.internal.rows;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.StoreEntryDamagedException;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row of a table in which one that the store cannot give back must not hold up the others. */
public final class StoredRow {

    private final String key;
    private final byte @Nullable [] value;
    private final @Nullable StoreEntryDamagedException damage;

    private StoredRow(String key, byte @Nullable [] value, @Nullable StoreEntryDamagedException damage) {
        this.key = key;
        this.value = value;
        this.damage = damage;
    }

    /**
     * Reads a range as {@link StoreTransaction#scan} does; if a value does not open, each by itself.
     *
     * @param transaction the transaction to read in
     * @param table the table
     * @param from the first key, inclusive
     * @param to the last key, exclusive; null for no end
     * @param limit how many at most
     * @return the rows in the order of their keys
     */
    public static List<StoredRow> scan(
            StoreTransaction transaction, StoreTable table, String from, @Nullable String to, int limit) {
        try {
            return transaction.scan(table, from, to, limit).stream()
                    .map(entry -> new StoredRow(entry.key(), entry.value(), null))
                    .toList();
        } catch (StoreEntryDamagedException e) {
            return transaction.keys(table, from, to, limit).stream()
                    .map(key -> get(transaction, table, key))
                    .toList();
        }
    }

    /**
     * Whether a row is there, readable or not.
     *
     * @param transaction the transaction to read in
     * @param table the table
     * @param key the row's key
     * @return true if there is one, damaged or not
     */
    public static boolean exists(StoreTransaction transaction, StoreTable table, String key) {
        try {
            return transaction.get(table, key) != null;
        } catch (StoreEntryDamagedException e) {
            return true;
        }
    }

    private static StoredRow get(StoreTransaction transaction, StoreTable table, String key) {
        try {
            return new StoredRow(key, requireNonNull(transaction.get(table, key), "value"), null);
        } catch (StoreEntryDamagedException e) {
            return new StoredRow(key, null, e);
        }
    }

    /**
     * Whether the store could not give it back.
     *
     * @return true if {@link #value} throws
     */
    public boolean isDamaged() {
        return damage != null;
    }

    /**
     * Where the row lies.
     *
     * @return its key
     */
    public String key() {
        return key;
    }

    /**
     * The bytes of the row.
     *
     * @return its bytes
     * @throws StoreEntryDamagedException if the store could not give it back
     */
    public byte[] value() {
        if (damage != null) {
            throw damage;
        }
        return requireNonNull(value, "value");
    }
}
