package dev.waxwing.store;

import dev.waxwing.error.StoreFailedException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A store whose transactions fail while the test wants it. */
public final class FailingStore implements AccountStore {

    private final AccountStore beneath;
    private boolean failing;

    public FailingStore(AccountStore beneath) {
        this.beneath = beneath;
    }

    public void failing(boolean failing) {
        this.failing = failing;
    }

    @Override
    public <T extends @Nullable Object> T transact(Function<StoreTransaction, T> work) {
        if (failing) {
            throw new StoreFailedException("the test lets the store fail");
        }
        return beneath.transact(work);
    }

    @Override
    public void close() {
        beneath.close();
    }
}
