package dev.waxwing.internal.runtime;

import dev.waxwing.error.StoreFailedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTransaction;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The application's store as its account uses it. One that is closed under the account fails like any store that
 * fails, so that what the server sent stays with the server and comes again, and the account is told that it can no
 * longer go on. Thread-safe.
 */
public final class WatchedStore implements AccountStore {

    private final AccountStore store;
    private final ThreadLocal<Boolean> working = ThreadLocal.withInitial(() -> false);
    private volatile Consumer<WaxwingException> onGone = reason -> {};

    /**
     * Watches a store.
     *
     * @param store the application's
     */
    public WatchedStore(AccountStore store) {
        this.store = Objects.requireNonNull(store, "store");
    }

    /**
     * The application's store itself.
     *
     * @return the one that is watched
     */
    AccountStore watched() {
        return store;
    }

    /** Who is told the reason, at each transaction after the store was closed, on the thread that wanted it. */
    void onGone(Consumer<WaxwingException> listener) {
        onGone = listener;
    }

    @Override
    public <T extends @Nullable Object> T transact(Function<StoreTransaction, T> work) {
        boolean nested = working.get();
        boolean[] begun = new boolean[1];
        try {
            return store.transact(transaction -> {
                begun[0] = true;
                working.set(true);
                try {
                    return work.apply(transaction);
                } finally {
                    working.remove();
                }
            });
        } catch (IllegalStateException e) {
            if (nested || begun[0]) {
                throw e;
            }
            // By its contract a store that refuses before the work begins, and not because of a transaction around, is
            // closed.
            StoreFailedException gone = new StoreFailedException("the store was closed while its socket was open", e);
            onGone.accept(gone);
            throw gone;
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
