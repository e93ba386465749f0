package dev.waxwing.internal.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.waxwing.internal.threads.AsyncSemaphore.Permit;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who is let in, and when. */
final class AsyncSemaphoreTest {

    private final AsyncSemaphore semaphore = new AsyncSemaphore(2);

    @Test
    void givenTwoPermits_whenFourAsk_thenTwoAreLetInAndTheOthersInTheirOrder() {
        CompletableFuture<Permit> first = semaphore.acquire();
        CompletableFuture<Permit> second = semaphore.acquire();
        CompletableFuture<Permit> third = semaphore.acquire();
        CompletableFuture<Permit> fourth = semaphore.acquire();
        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
        assertThat(third).isNotDone();
        assertThat(semaphore.waiting()).isEqualTo(2);

        second.join().close();
        assertThat(third).isCompleted();
        assertThat(fourth).isNotDone();
        first.join().close();

        assertThat(fourth).isCompleted();
    }

    @Test
    void givenAPermit_whenItIsClosedTwice_thenOneOtherIsLetIn() {
        CompletableFuture<Permit> first = semaphore.acquire();
        semaphore.acquire();
        CompletableFuture<Permit> third = semaphore.acquire();
        CompletableFuture<Permit> fourth = semaphore.acquire();

        first.join().close();
        first.join().close();

        assertThat(third).isCompleted();
        assertThat(fourth).isNotDone();
    }

    @Test
    void givenSomebodyLeftTheLine_whenAPermitIsClosed_thenTheNextIsLetIn() {
        CompletableFuture<Permit> first = semaphore.acquire();
        CompletableFuture<Permit> second = semaphore.acquire();
        CompletableFuture<Permit> leaving = semaphore.acquire();
        CompletableFuture<Permit> next = semaphore.acquire();

        leaving.cancel(false);
        first.join().close();
        assertThat(next).isCompleted();
        second.join().close();
        next.join().close();

        assertThat(semaphore.acquire()).isCompleted();
        assertThat(semaphore.acquire()).isCompleted();
        assertThat(semaphore.acquire()).isNotDone();
    }

    @Test
    void givenManyWait_whenEachIsDoneAtOnce_thenTheStackDoesNotGrowWithTheLine() {
        AsyncSemaphore one = new AsyncSemaphore(1);
        Permit holder = one.acquire().join();
        CompletableFuture<?> last = CompletableFuture.completedFuture(null);
        for (int i = 0; i < 100_000; i++) {
            last = one.acquire().thenAccept(Permit::close);
        }

        holder.close();

        assertThat(last).isCompleted();
    }

    @Test
    void givenNoPermits_whenMade_thenTheCallerIsTold() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AsyncSemaphore(0))
                .withMessageContaining("permits");
    }
}
