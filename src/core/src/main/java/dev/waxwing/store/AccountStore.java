package dev.waxwing.store;

import dev.waxwing.error.StoreFailedException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything one account must remember between two runs of the process. Thread-safe.
 *
 * <p>An implementation keeps these promises, which delivery without loss is built on:
 *
 * <ul>
 *   <li><b>All or nothing.</b> When {@link #transact} returns, everything its work wrote is committed, as durable as the store
 *       is set to be; when it throws, nothing is (save that a store which fails while it commits cannot always know).
 *   <li><b>One after the other.</b> Transactions have the effect of running in some order, one at a time: two that read a
 *       counter and write it back never lose a step.
 *   <li><b>One user.</b> The account is not opened twice, neither in this process nor in another.
 * </ul>
 *
 * <p>Work given to {@link #transact} is short, does not wait for the network and does not wait for another transaction,
 * for other transactions may be waiting for it.
 */
public interface AccountStore extends AutoCloseable {

    /**
     * Runs work on the calling thread in one transaction and commits what it wrote before returning.
     *
     * <p>An exception from the work rolls the transaction back and is rethrown as it is. The transaction handed to the
     * work serves that thread until the work ends, no other and no longer.
     *
     * @param work what to read and write
     * @param <T> what the work answers
     * @return the work's answer, once its writes are committed
     * @throws StoreFailedException if the store could not read, write or commit, or its turn did not come in time
     * @throws IllegalStateException if called from within a transaction, or after {@link #close}
     */
    <T extends @Nullable Object> T transact(Function<StoreTransaction, T> work);

    /**
     * Waits for the transaction that is running, if any, then lets go of the account so that it can be opened anew.
     * Closing twice does nothing.
     *
     * @throws StoreFailedException if the store could not be closed in order; what was committed stays committed
     * @throws IllegalStateException if called from within a transaction
     */
    @Override
    void close();
}
