package dev.waxwing.internal.signal;

import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/** The rows of all devices of a user: their keys are {@code name.device}. */
final class UserRows {

    private static final int PAGE = 200;

    private UserRows() {}

    /** Answers whether there was anything. */
    static boolean delete(StoreTransaction tx, StoreTable table, String name) {
        return delete(tx, table, name, "");
    }

    /** Deletes all but the row of one key, and answers whether there was anything. */
    static boolean delete(StoreTransaction tx, StoreTable table, String name, String kept) {
        boolean any = false;
        for (StoreEntry entry : of(tx, table, name)) {
            if (!entry.key().equals(kept)) {
                tx.delete(table, entry.key());
                any = true;
            }
        }
        return any;
    }

    /**
     * Answers whether there was anything under the old name.
     *
     * @param both makes one value of what is under the new name and what is under the old
     */
    static boolean move(StoreTransaction tx, StoreTable table, String from, String to, BinaryOperator<byte[]> both) {
        List<StoreEntry> entries = of(tx, table, from);
        for (StoreEntry entry : entries) {
            String target = to + entry.key().substring(from.length());
            byte[] there = tx.get(table, target);
            tx.put(table, target, there == null ? entry.value() : both.apply(there, entry.value()));
            tx.delete(table, entry.key());
        }
        return !entries.isEmpty();
    }

    static List<StoreEntry> of(StoreTransaction tx, StoreTable table, String name) {
        String prefix = name + '.';
        // Behind '9' comes ':', so this ends the range of all keys whose next character is a digit.
        String end = prefix + ':';
        List<StoreEntry> entries = new ArrayList<>();
        String from = prefix;
        List<StoreEntry> page;
        do {
            page = tx.scan(table, from, end, PAGE);
            for (StoreEntry entry : page) {
                if (isDevice(entry.key(), prefix.length())) {
                    entries.add(entry);
                }
            }
            from = page.isEmpty() ? end : page.get(page.size() - 1).key() + ' ';
        } while (page.size() == PAGE);
        return entries;
    }

    /** Whether only digits follow: a user may hold a dot, and then another user's keys begin alike. */
    private static boolean isDevice(String key, int from) {
        for (int i = from; i < key.length(); i++) {
            if (key.charAt(i) < '0' || key.charAt(i) > '9') {
                return false;
            }
        }
        return key.length() > from;
    }
}
