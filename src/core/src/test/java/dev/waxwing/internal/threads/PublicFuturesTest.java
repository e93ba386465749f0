package dev.waxwing.internal.threads;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.ConnectionLostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The one way out for futures: which thread completes them, and with what. */
final class PublicFuturesTest {

    private final AccountThreads threads = AccountThreads.create();

    @AfterEach
    void close() {
        threads.close();
    }

    @Test
    void givenFutureThatFailsWrapped_whenHandedOut_thenItFailsWithTheTypeItself() throws Exception {
        CompletableFuture<Void> inner = new CompletableFuture<>();
        CompletableFuture<Void> outer = threads.handOut(inner.copy().thenApply(done -> done));

        inner.completeExceptionally(new CompletionException(new ConnectionLostException("gone")));

        assertThatThrownBy(() -> outer.get(20, SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseExactlyInstanceOf(ConnectionLostException.class);
    }

    @Test
    void givenFutureThatTheLoopCompletes_whenHandedOut_thenAWorkerCompletesIt() throws Exception {
        CompletableFuture<Void> inner = new CompletableFuture<>();
        CompletableFuture<String> completedOn =
                threads.handOut(inner).thenApply(done -> Thread.currentThread().getName());

        threads.onLoop(() -> inner.complete(null));

        assertThat(completedOn.get(20, SECONDS)).startsWith("waxwing-work");
    }

    @Test
    void givenFutureThatIsLate_whenHandedOut_thenAWorkerFailsIt() throws Exception {
        CompletableFuture<Void> inner = new CompletableFuture<>();
        CompletableFuture<String> completedOn = threads.handOut(inner)
                .handle((done, failure) -> Thread.currentThread().getName());

        threads.timer().within(Duration.ofMillis(1), threads.executor(), inner);

        assertThat(completedOn.get(20, SECONDS)).startsWith("waxwing-work");
    }

    @Test
    void givenHandedOut_whenTheApplicationCancels_thenTheInnerIsCancelledToo() {
        CompletableFuture<Void> inner = new CompletableFuture<>();

        threads.handOut(inner).cancel(true);

        assertThat(inner).isCancelled();
    }

    @Test
    void givenClosedThreads_whenTheInnerCompletes_thenTheApplicationHearsOfItAllTheSame() throws Exception {
        CompletableFuture<Integer> inner = new CompletableFuture<>();
        CompletableFuture<Integer> outer = threads.handOut(inner);
        threads.close();

        inner.complete(7);

        assertThat(outer.get(20, SECONDS)).isEqualTo(7);
    }
}
