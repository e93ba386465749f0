package dev.waxwing.internal.threads;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One account's share of threads that others use too. */
final class LimitedExecutorTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ManualTimer timer = new ManualTimer();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void givenOneShareThatFloods_whenAnotherHasATask_thenItComesNextButForTheTasksOfOneTurn() {
        Queue<Runnable> pool = new ArrayDeque<>();
        List<String> ran = new ArrayList<>();
        LimitedExecutor flooded = new LimitedExecutor(pool::add, 1, null);
        LimitedExecutor other = new LimitedExecutor(pool::add, 1, null);
        for (int i = 0; i < 1_000; i++) {
            flooded.execute(() -> ran.add("flood"));
        }
        other.execute(() -> ran.add("other"));

        for (Runnable turn = pool.poll(); turn != null; turn = pool.poll()) {
            turn.run();
        }

        assertThat(ran.indexOf("other")).isLessThanOrEqualTo(16);
        assertThat(ran).hasSize(1_001);
    }

    @Test
    void givenATaskWithAFollowUp_whenItEnds_thenTheFollowUpIsNextOnItsThread() {
        Queue<Runnable> pool = new ArrayDeque<>();
        List<String> ran = new ArrayList<>();
        LimitedExecutor share = new LimitedExecutor(pool::add, 1, null);
        share.execute(() -> {
            share.execute(() -> ran.add("waits"));
            share.executeNext(() -> ran.add("follows"));
            ran.add("task");
        });

        pool.remove().run();

        assertThat(ran).containsExactly("task", "follows", "waits");
        assertThat(pool).isEmpty();
        assertThat(share.running()).isZero();
    }

    @Test
    void givenAFollowUp_whenGivenByAnotherThread_thenItRunsAsAnyTask() {
        Queue<Runnable> pool = new ArrayDeque<>();
        List<String> ran = new ArrayList<>();
        LimitedExecutor share = new LimitedExecutor(pool::add, 1, null);

        share.executeNext(() -> ran.add("task"));
        pool.remove().run();

        assertThat(ran).containsExactly("task");
        share.close();
        assertThatThrownBy(() -> share.executeNext(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void givenTasksThatBlock_whenTimeIsUp_thenThoseBehindThemRunAllTheSame() throws Exception {
        LimitedExecutor share = new LimitedExecutor(threads, 4, timer::after);
        CompletableFuture<Void> gate = new CompletableFuture<>();
        CountDownLatch blocked = new CountDownLatch(4);
        for (int i = 0; i < 4; i++) {
            share.execute(() -> {
                blocked.countDown();
                gate.join();
            });
        }
        CompletableFuture<Void> behind = new CompletableFuture<>();
        share.execute(() -> behind.complete(null));
        assertThat(blocked.await(20, SECONDS)).isTrue();
        assertThat(behind).isNotDone();

        // The first look may fall together with the beginning of the four.
        timer.advance(Duration.ofMillis(200));

        behind.get(20, SECONDS);
        gate.complete(null);
    }

    @Test
    void givenShareThatMayNotGrow_whenItsTasksBlock_thenTheOthersWait() throws Exception {
        LimitedExecutor share = new LimitedExecutor(threads, 1, null);
        CompletableFuture<Void> gate = new CompletableFuture<>();
        CompletableFuture<Void> behind = new CompletableFuture<>();
        share.execute(gate::join);
        share.execute(() -> behind.complete(null));

        assertThat(timer.scheduled()).isZero();
        assertThat(share.running()).isEqualTo(1);
        gate.complete(null);
        behind.get(20, SECONDS);
    }

    @Test
    void givenTaskThatThrows_whenAnotherFollows_thenItRuns() throws Exception {
        LimitedExecutor share = new LimitedExecutor(threads, 1, null);
        CompletableFuture<Boolean> here = new CompletableFuture<>();
        share.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        share.execute(() -> here.complete(share.isRunningHere()));

        assertThat(here.get(20, SECONDS)).isTrue();
        assertThat(share.isRunningHere()).isFalse();
    }

    @Test
    void givenClosed_whenGivenATask_thenRefused() {
        LimitedExecutor share = new LimitedExecutor(threads, 1, null);
        share.close();

        assertThatThrownBy(() -> share.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }
}
