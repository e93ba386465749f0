package dev.waxwing.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All rows of some tables at one moment, to compare with later and to go back to. */
public final class StoreImage {

    private static final int MOST_ROWS = 10_000;

    private final AccountStore store;
    private final List<StoreTable> tables;
    private final Map<StoreTable, Map<String, byte[]>> rows;

    private StoreImage(AccountStore store, List<StoreTable> tables) {
        this.store = store;
        this.tables = tables;
        rows = read();
    }

    /** What the tables hold now. */
    public static StoreImage of(AccountStore store, StoreTable... tables) {
        return new StoreImage(store, List.of(tables));
    }

    /** Whether every row is as it was, and none came or went. */
    public void assertUnchanged() {
        Map<StoreTable, Map<String, byte[]>> now = read();
        for (StoreTable table : tables) {
            Map<String, byte[]> before = rows.get(table);
            Map<String, byte[]> after = now.get(table);
            assertThat(after.keySet()).as("rows of %s", table).isEqualTo(before.keySet());
            before.forEach((key, value) -> {
                if (!Arrays.equals(value, after.get(key))) {
                    throw new AssertionError("row " + key + " of " + table + " changed");
                }
            });
        }
    }

    /** How many bytes all values have now. */
    public long bytesNow() {
        return read().values().stream()
                .flatMap(table -> table.values().stream())
                .mapToLong(value -> value.length)
                .sum();
    }

    /** How many bytes all values had. */
    public long bytes() {
        return rows.values().stream()
                .flatMap(table -> table.values().stream())
                .mapToLong(value -> value.length)
                .sum();
    }

    /** Writes back what changed. */
    public void restore() {
        Map<StoreTable, Map<String, byte[]>> now = read();
        store.transact(tx -> {
            for (StoreTable table : tables) {
                Map<String, byte[]> before = rows.get(table);
                now.get(table).keySet().stream()
                        .filter(key -> !before.containsKey(key))
                        .forEach(key -> tx.delete(table, key));
                before.forEach((key, value) -> {
                    if (!Arrays.equals(value, now.get(table).get(key))) {
                        tx.put(table, key, value);
                    }
                });
            }
            return true;
        });
    }

    private Map<StoreTable, Map<String, byte[]>> read() {
        return store.transact(tx -> {
            Map<StoreTable, Map<String, byte[]>> all = new LinkedHashMap<>();
            for (StoreTable table : tables) {
                Map<String, byte[]> values = new LinkedHashMap<>();
                for (StoreEntry entry : tx.scan(table, "", null, MOST_ROWS)) {
                    values.put(entry.key(), entry.value());
                }
                all.put(table, values);
            }
            return all;
        });
    }
}
