package dev.waxwing.internal.rows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class RowRemoverTest {

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();
    private final AccountStore store = MemoryStore.create();
    private boolean shutDown;

    private final RowRemover<String> remover = new RowRemover<>(
            store,
            StoreTable.OUTBOX,
            this::execute,
            Function.identity(),
            (rows, failure) -> told.add(rows + (failure == null ? "" : " " + failure.getMessage())));

    private void execute(Runnable task) {
        if (shutDown) {
            throw new RejectedExecutionException("shut down");
        }
        tasks.add(task);
    }

    private void put(String key) {
        store.transact(tx -> {
            tx.put(StoreTable.OUTBOX, key, new byte[] {1});
            return true;
        });
    }

    private boolean isThere(String key) {
        return store.transact(tx -> tx.get(StoreTable.OUTBOX, key) != null);
    }

    @Test
    void givenRowsThatComeTogether_whenRemoved_thenTheyAreGoneAndToldOfAtOnce() {
        List.of("a", "b", "c").forEach(this::put);
        remover.remove("a");
        remover.remove("b");
        assertThat(isThere("a")).isTrue();
        tasks.remove().run();
        assertThat(told).containsExactly("[a, b]");
        assertThat(isThere("a") || isThere("b")).isFalse();
        assertThat(isThere("c")).isTrue();
    }

    @Test
    void givenARemovalThatIsDone_whenAnotherRowComes_thenItIsRemovedToo() {
        List.of("a", "b").forEach(this::put);
        remover.remove("a");
        tasks.remove().run();
        remover.remove("b");
        tasks.remove().run();
        assertThat(told).containsExactly("[a]", "[b]");
        assertThat(isThere("b")).isFalse();
    }

    @Test
    void givenAnExecutorThatHasEnded_whenARowIsToBeRemoved_thenItStaysAndThatIsTold() {
        put("a");
        shutDown = true;
        remover.remove("a");
        assertThat(told).containsExactly("[a] shut down");
        assertThat(isThere("a")).isTrue();
    }
}
