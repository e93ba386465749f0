package dev.waxwing.internal.runtime;

import dev.waxwing.internal.pool.BatchRun;
import dev.waxwing.internal.pool.GivenMessage;
import dev.waxwing.model.Jid;
import dev.waxwing.model.content.Content;
import dev.waxwing.scaling.BatchOptions;
import dev.waxwing.scaling.BatchSend;
import dev.waxwing.scaling.Pacing;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Starts the batches of one account. */
public final class AccountBatches implements BatchRun.Sender {

    private final AccountRuntime account;
    private final AccountSends sends;
    private final PoolThreads threads;

    AccountBatches(AccountRuntime account) {
        this.account = account;
        sends = new AccountSends(account);
        threads = new PoolThreads(account.threads());
    }

    /**
     * Starts a batch. Returns at once.
     *
     * @param recipients to whom; each gets one message
     * @param content what to send to each
     * @param options how
     * @return the batch on its way
     */
    public BatchSend start(
            Collection<Jid> recipients, Function<? super Jid, ? extends Content> content, BatchOptions options) {
        return threads.startBatch(recipients, content, options, Pacing.POLITE, this);
    }

    @Override
    public GivenMessage send(Jid to, Content content, @Nullable String chosenId) {
        return sends.send(to, content, Optional.ofNullable(chosenId));
    }

    @Override
    public CompletableFuture<Set<Jid>> namesOf(Jid recipient) {
        return sends.namesOf(recipient);
    }

    @Override
    public @Nullable Throwable ended() {
        return sends.ended();
    }

    @Override
    public CompletableFuture<?> whenEnded() {
        return account.whenClosed();
    }
}
