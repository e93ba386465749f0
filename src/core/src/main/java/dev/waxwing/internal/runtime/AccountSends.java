package dev.waxwing.internal.runtime;

import dev.waxwing.error.SocketClosedException;
import dev.waxwing.event.ConnectionUpdate.State;
import dev.waxwing.internal.message.SendInProgress;
import dev.waxwing.internal.pool.GivenMessage;
import dev.waxwing.model.Jid;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.Content;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What pools and batches ask of an account, each question answered at once or by a future. Thread-safe. */
public final class AccountSends {

    private final AccountRuntime account;

    AccountSends(AccountRuntime account) {
        this.account = account;
    }

    /**
     * Sends a message.
     *
     * @param to the recipient
     * @param content what to send
     * @param chosenId the id to send it under, empty for a new one
     * @return the message on its way
     */
    public GivenMessage send(Jid to, Content content, Optional<String> chosenId) {
        return new OnItsWay(account.messaging().send(to, content, chosenId.orElse(null)));
    }

    /**
     * Whether a message under an id that the application chose is in the account's store.
     *
     * @param messageId the id
     * @return completes with the answer; fails if the store cannot be read
     */
    public CompletableFuture<Boolean> knows(String messageId) {
        return onWorkers(() -> account.messaging().knows(messageId));
    }

    /**
     * The other addresses of a person, as far as the account knows them.
     *
     * @param person an address
     * @return completes with none or one; fails if the store cannot be read
     */
    public CompletableFuture<Set<Jid>> namesOf(Jid person) {
        return onWorkers(
                () -> account.messaging().counterpart(person).map(Set::of).orElse(Set.of()));
    }

    /** Why the account sends nothing any more; null while it may. */
    @Nullable
    Throwable ended() {
        return account.state() == State.CLOSED
                ? account.whenClosed().getNow(new SocketClosedException("the socket is closed"))
                : null;
    }

    private <T> CompletableFuture<T> onWorkers(Supplier<T> question) {
        try {
            return CompletableFuture.supplyAsync(question, account.threads().executor());
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private record OnItsWay(SendInProgress message) implements GivenMessage {

        @Override
        public CompletableFuture<SentMessage> result() {
            return message.result();
        }

        @Override
        public boolean withdraw() {
            return message.withdraw();
        }
    }
}
