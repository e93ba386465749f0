package dev.waxwing.internal.rows;

import static java.util.Objects.requireNonNull;

import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Removes rows that are done with, those that come close together in one transaction: a commit costs far more than a row. A row
 * waits for nothing but the removal before it.
 *
 * @param <T> what a row stands for
 */
public final class RowRemover<T> {

    /** Told what became of some rows, on the executor; on the caller's thread if the executor takes nothing any more. */
    public interface Outcome<T> {
        /**
         * Told what became of some rows.
         *
         * @param rows those that were to be removed together
         * @param failure why they could not be; null if they are gone
         */
        void removed(List<T> rows, @Nullable RuntimeException failure);
    }

    private static final int AT_ONCE = 64;

    private final AccountStore store;
    private final Executor executor;
    private final BiConsumer<StoreTransaction, T> removal;
    private final Outcome<T> outcome;
    private final ArrayDeque<T> waiting = new ArrayDeque<>();
    private boolean running;

    /**
     * Removes rows of one table by their keys.
     *
     * @param store the account's store
     * @param table the rows' table
     * @param executor runs the removals
     * @param keyOf the key of a row
     * @param outcome told what became of them
     */
    public RowRemover(
            AccountStore store, StoreTable table, Executor executor, Function<T, String> keyOf, Outcome<T> outcome) {
        this(store, executor, (tx, row) -> tx.delete(table, keyOf.apply(row)), outcome);
    }

    /**
     * Creates a remover.
     *
     * @param store the account's store
     * @param executor runs the removals
     * @param removal removes the row, and writes what belongs to the same transaction
     * @param outcome told what became of them
     */
    public RowRemover(
            AccountStore store, Executor executor, BiConsumer<StoreTransaction, T> removal, Outcome<T> outcome) {
        this.store = requireNonNull(store, "store");
        this.executor = requireNonNull(executor, "executor");
        this.removal = requireNonNull(removal, "removal");
        this.outcome = requireNonNull(outcome, "outcome");
    }

    /**
     * Returns at once; any thread.
     *
     * @param row what to remove
     */
    public void remove(T row) {
        synchronized (waiting) {
            waiting.add(row);
            if (running) {
                return;
            }
            running = true;
        }
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException e) {
            // Shutting down: the rows stay.
            for (List<T> rows = take(); !rows.isEmpty(); rows = take()) {
                outcome.removed(rows, e);
            }
        }
    }

    private void run() {
        for (List<T> rows = take(); !rows.isEmpty(); rows = take()) {
            outcome.removed(rows, delete(rows));
        }
    }

    private List<T> take() {
        synchronized (waiting) {
            List<T> rows = new ArrayList<>(Math.min(waiting.size(), AT_ONCE));
            while (rows.size() < AT_ONCE && !waiting.isEmpty()) {
                rows.add(waiting.remove());
            }
            running = !rows.isEmpty();
            return rows;
        }
    }

    private @Nullable RuntimeException delete(List<T> rows) {
        try {
            store.transact(tx -> {
                rows.forEach(row -> removal.accept(tx, row));
                return true;
            });
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }
}
