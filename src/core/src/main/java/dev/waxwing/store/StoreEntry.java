package dev.waxwing.store;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * One key of a table and its value, as {@link StoreTransaction#scan} answers it. Two entries are equal if key and bytes
 * are.
 *
 * @param key the key
 * @param value the value; copied on the way in and out
 */
public record StoreEntry(String key, byte[] value) {

    /**
     * Copies the value.
     *
     * @param key the key
     * @param value the value
     */
    public StoreEntry {
        requireNonNull(key, "key");
        value = requireNonNull(value, "value").clone();
    }

    /**
     * The value.
     *
     * @return a copy of the value
     */
    @Override
    public byte[] value() {
        return value.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoreEntry entry && key.equals(entry.key) && Arrays.equals(value, entry.value);
    }

    @Override
    public int hashCode() {
        return 31 * key.hashCode() + Arrays.hashCode(value);
    }

    /** The key and the number of bytes, never the bytes. */
    @Override
    public String toString() {
        return "StoreEntry[" + key + ", " + value.length + " bytes]";
    }
}
