package dev.waxwing.internal.threads;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

final class AccountThreadsTest {

    @Test
    void givenTwoAccounts_whenTheLastIsClosed_thenEveryThreadEnds() throws Exception {
        AccountThreads first = AccountThreads.create();
        AccountThreads second = AccountThreads.create();
        Thread firstLoop = loopOf(first);
        Thread secondLoop = loopOf(second);
        Thread worker = first.work().submit("key", Thread::currentThread).get(20, SECONDS);
        assertThat(firstLoop.isDaemon()).isTrue();
        assertThat(worker.isDaemon()).isTrue();
        assertThat(worker.getName()).startsWith("waxwing-work");
        assertThat(firstLoop.getName()).startsWith("waxwing-loop");

        first.close();
        first.close();
        worker.join(20_000);
        assertThat(worker.isAlive()).isFalse();
        assertThat(loopOf(second)).as("still in use").isSameAs(secondLoop);
        second.close();
        firstLoop.join(20_000);
        secondLoop.join(20_000);

        assertThat(firstLoop.isAlive()).isFalse();
        assertThat(secondLoop.isAlive()).isFalse();
    }

    @Test
    void givenClosed_whenUsed_thenRefused() {
        AccountThreads threads = AccountThreads.create();
        threads.close();

        assertThatThrownBy(() -> threads.work().execute("key", () -> {}))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void givenWorkThatWaits_whenClosed_thenItStillRuns() throws Exception {
        AccountThreads threads = AccountThreads.create();
        CompletableFuture<Void> gate = new CompletableFuture<>();
        CompletableFuture<Integer> last = null;
        threads.work().execute("key", gate::join);
        for (int i = 0; i < 50; i++) {
            int number = i;
            last = threads.work().submit("key", () -> number);
        }

        threads.close();
        gate.complete(null);

        assertThat(last.get(20, SECONDS)).isEqualTo(49);
    }

    @Test
    void givenThreadsOfTheApplication_whenClosed_thenTheyGoOn() throws Exception {
        MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            AccountThreads threads = AccountThreads.builder()
                    .eventLoops(loops)
                    .executor(executor)
                    .queueBounds(5, 5)
                    .build();

            threads.close();

            assertThat(executor.submit(() -> 1).get(20, SECONDS)).isEqualTo(1);
            assertThat(loops.submit(() -> 2).get(20, SECONDS)).isEqualTo(2);
        } finally {
            executor.shutdownNow();
            loops.shutdownGracefully(0, 5, SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void givenWorker_whenItGoesOn_thenOnItsOwnThreadAtOnce() throws Exception {
        try (AccountThreads threads = AccountThreads.create()) {
            Thread[] goesOnAt = new Thread[1];

            Thread worker = threads.work()
                    .submit("key", () -> {
                        threads.continuations().execute(() -> goesOnAt[0] = Thread.currentThread());
                        assertThat(goesOnAt[0]).isSameAs(Thread.currentThread());
                        return Thread.currentThread();
                    })
                    .get(20, SECONDS);

            assertThat(goesOnAt[0]).isSameAs(worker);
        }
    }

    @Test
    void givenAnyOtherThread_whenItGoesOn_thenOnAWorker() throws Exception {
        try (AccountThreads threads = AccountThreads.create()) {
            CompletableFuture<String> name = new CompletableFuture<>();

            threads.continuations()
                    .execute(() -> name.complete(Thread.currentThread().getName()));

            assertThat(name.get(20, SECONDS)).startsWith("waxwing-work");
        }
    }

    @Test
    void givenTaskOnTheLoop_whenRun_thenItKnowsWhereItIs() throws Exception {
        try (AccountThreads threads = AccountThreads.create()) {
            CompletableFuture<Boolean> inLoop = new CompletableFuture<>();
            threads.after(Duration.ofMillis(1), () -> {
                threads.assertOnLoop();
                inLoop.complete(threads.inLoop());
            });

            assertThat(inLoop.get(20, SECONDS)).isTrue();
            assertThat(threads.inLoop()).isFalse();
            assertThatThrownBy(threads::assertOnLoop).isInstanceOf(AssertionError.class);
        }
    }

    private static Thread loopOf(AccountThreads threads) throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        threads.onLoop(() -> thread.complete(Thread.currentThread()));
        return thread.get(20, SECONDS);
    }
}
