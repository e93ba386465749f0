package dev.waxwing;

import dev.waxwing.error.SocketClosedException;
import dev.waxwing.event.ConnectionUpdate.State;
import dev.waxwing.internal.message.SendInProgress;
import dev.waxwing.internal.pool.GivenMessage;
import dev.waxwing.model.Jid;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.Content;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What pools and batches ask of an account, each question answered at once or by a future. */
final class AccountSends {

    private final AccountRuntime account;

    AccountSends(AccountRuntime account) {
        this.account = account;
    }

    GivenMessage send(Jid to, Content content, SendOptions options) {
        return new OnItsWay(account.areas().messaging().send(to, content, options.messageId()));
    }

    /** Whether a message under an id that the application chose is in the account's store. */
    CompletableFuture<Boolean> knows(String messageId) {
        return onWorkers(() -> account.areas().messaging().knows(messageId));
    }

    /** The other addresses of a person, as far as the account knows them. */
    CompletableFuture<Set<Jid>> namesOf(Jid person) {
        return onWorkers(() ->
                account.areas().messaging().counterpart(person).map(Set::of).orElse(Set.of()));
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
