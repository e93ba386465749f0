package dev.waxwing.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.StoreFailedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.store.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A store that goes away is not the same as work that fails. */
final class WatchedStoreTest {

    private final WatchedStore store = new WatchedStore(MemoryStore.create());
    private final List<WaxwingException> gone = new ArrayList<>();

    {
        store.onGone(gone::add);
    }

    @Test
    void storeClosed_whenUsed_thenItFailedAndTheAccountIsTold() {
        store.close();

        assertThatThrownBy(() -> store.transact(tx -> true)).isInstanceOf(StoreFailedException.class);

        assertThat(gone).singleElement().isInstanceOf(StoreFailedException.class);
    }

    @Test
    void givenWorkThatThrows_whenTransacted_thenItIsRethrownAsItIs() {
        assertThatThrownBy(() -> store.transact(tx -> {
                    throw new IllegalStateException("the work's own");
                }))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("the work's own");
        assertThat(gone).isEmpty();
    }

    @Test
    void givenTransactionWithinAnother_whenTransacted_thenItIsTheCallersMistake() {
        assertThatThrownBy(() -> store.transact(tx -> store.transact(inner -> true)))
                .isExactlyInstanceOf(IllegalStateException.class);
        assertThat(gone).isEmpty();
        assertThat(store.<Boolean>transact(tx -> true)).isTrue();
    }
}
