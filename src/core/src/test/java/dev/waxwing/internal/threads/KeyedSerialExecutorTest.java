package dev.waxwing.internal.threads;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.SocketClosedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class KeyedSerialExecutorTest {

    private final ExecutorService pool = Executors.newFixedThreadPool(4);

    @AfterEach
    void stop() {
        pool.shutdownNow();
    }

    @Test
    void givenManyTasksOfManyKeys_whenRun_thenEachKeyKeepsItsOrderAndIsNeverParallel() throws Exception {
        KeyedSerialExecutor executor = new KeyedSerialExecutor(pool, 10_000, 100_000);
        Map<Integer, List<Integer>> seen = new ConcurrentHashMap<>();
        Map<Integer, AtomicInteger> running = new ConcurrentHashMap<>();
        AtomicInteger overlaps = new AtomicInteger();
        int keys = 10;
        int tasks = 500;
        CountDownLatch done = new CountDownLatch(keys * tasks);
        for (int key = 0; key < keys; key++) {
            seen.put(key, new ArrayList<>());
            running.put(key, new AtomicInteger());
        }

        for (int i = 0; i < tasks; i++) {
            for (int key = 0; key < keys; key++) {
                int number = i;
                int lane = key;
                executor.execute(lane, () -> {
                    if (running.get(lane).incrementAndGet() != 1) {
                        overlaps.incrementAndGet();
                    }
                    seen.get(lane).add(number);
                    running.get(lane).decrementAndGet();
                    done.countDown();
                });
            }
        }

        assertThat(done.await(30, SECONDS)).isTrue();
        assertThat(overlaps).hasValue(0);
        seen.values().forEach(numbers -> assertThat(numbers).hasSize(tasks).isSorted());
        assertThat(executor.waiting()).isZero();
    }

    @Test
    void givenTwoKeys_whenEachWaitsForTheOther_thenBothRun() throws Exception {
        KeyedSerialExecutor executor = new KeyedSerialExecutor(pool, 10, 10);
        CyclicBarrier meeting = new CyclicBarrier(2);

        CompletableFuture<Integer> first = executor.submit("a", () -> meeting.await(20, SECONDS));
        CompletableFuture<Integer> second = executor.submit("b", () -> meeting.await(20, SECONDS));

        assertThat(first.get(30, SECONDS) + second.get(30, SECONDS)).isEqualTo(1);
    }

    @Test
    void givenFullLane_whenOneMoreComes_thenRefusedAndOtherKeysAreNot() {
        List<Runnable> started = new ArrayList<>();
        KeyedSerialExecutor executor = new KeyedSerialExecutor(started::add, 2, 3);
        executor.execute("a", () -> {});
        executor.execute("a", () -> {});

        assertThatThrownBy(() -> executor.execute("a", () -> {})).isInstanceOf(RejectedExecutionException.class);
        executor.execute("b", () -> {});
        assertThatThrownBy(() -> executor.execute("c", () -> {}))
                .as("the bound over all keys")
                .isInstanceOf(RejectedExecutionException.class);

        started.forEach(Runnable::run);
        executor.execute("a", () -> {});
        assertThat(executor.waiting()).isEqualTo(1);
    }

    @Test
    void givenTaskThatThrows_whenRun_thenTheNextRuns() throws Exception {
        KeyedSerialExecutor executor = new KeyedSerialExecutor(pool, 10, 10);
        CompletableFuture<String> failed = executor.submit("a", () -> {
            throw new IllegalStateException("task bug");
        });
        executor.execute("a", () -> {
            throw new IllegalStateException("task bug");
        });

        assertThat(executor.submit("a", () -> "next").get(20, SECONDS)).isEqualTo("next");
        assertThat(failed).isCompletedExceptionally();
    }

    @Test
    void givenClosed_whenTasksWait_thenTheyRunAndNewOnesAreRefused() {
        List<Runnable> started = new ArrayList<>();
        KeyedSerialExecutor executor = new KeyedSerialExecutor(started::add, 100, 100);
        AtomicInteger ran = new AtomicInteger();
        for (int i = 0; i < 40; i++) {
            executor.execute("a", ran::incrementAndGet);
        }

        executor.close();

        assertThatThrownBy(() -> executor.execute("a", () -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> executor.submit("a", () -> 1).join()).hasCauseInstanceOf(SocketClosedException.class);
        for (int i = 0; i < started.size(); i++) {
            started.get(i).run();
        }
        assertThat(ran).hasValue(40);
    }

    @Test
    void givenExecutorThatRefuses_whenTaskComes_thenRefusedAndNothingWaits() {
        KeyedSerialExecutor executor = new KeyedSerialExecutor(
                task -> {
                    throw new RejectedExecutionException("full");
                },
                10,
                10);

        assertThatThrownBy(() -> executor.execute("a", () -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThat(executor.waiting()).isZero();
    }

    @Test
    void givenItemsThatWaitForEachOther_whenTheirTurnComes_thenTheyAreWorkedOnTogetherInOrder() {
        List<Runnable> started = new ArrayList<>();
        KeyedSerialExecutor executor = new KeyedSerialExecutor(started::add, 100, 100);
        List<List<Integer>> batches = new ArrayList<>();
        KeyedSerialExecutor.Together<Integer, String> work = items -> {
            batches.add(items);
            return items.stream()
                    .map(item -> CompletableFuture.completedFuture("done " + item))
                    .toList();
        };
        List<CompletableFuture<String>> results = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            results.add(executor.submitTogether("a", i, work));
        }

        started.get(0).run();

        assertThat(batches)
                .containsExactly(
                        IntStream.range(0, 32).boxed().toList(),
                        IntStream.range(32, 40).boxed().toList());
        for (int i = 0; i < 40; i++) {
            assertThat(results.get(i)).isCompletedWithValue("done " + i);
        }
        assertThat(executor.waiting()).isZero();
    }

    @Test
    void givenAnotherTaskBetweenItems_whenTheirTurnComes_thenItIsNotOvertaken() {
        List<Runnable> started = new ArrayList<>();
        KeyedSerialExecutor executor = new KeyedSerialExecutor(started::add, 100, 100);
        List<Object> seen = new ArrayList<>();
        KeyedSerialExecutor.Together<Integer, Integer> work = items -> {
            seen.add(items);
            return items.stream().map(CompletableFuture::completedFuture).toList();
        };
        KeyedSerialExecutor.Together<Integer, Integer> otherWork = items -> {
            seen.add("other " + items);
            return items.stream().map(CompletableFuture::completedFuture).toList();
        };
        executor.submitTogether("a", 1, work);
        executor.submitTogether("a", 2, work);
        executor.execute("a", () -> seen.add("between"));
        executor.submitTogether("a", 3, work);
        executor.submitTogether("a", 4, otherWork);

        started.get(0).run();

        assertThat(seen).containsExactly(List.of(1, 2), "between", List.of(3), "other [4]");
    }

    @Test
    void givenWorkThatThrows_whenItemsWaited_thenEachFailsAndTheNextRuns() {
        List<Runnable> started = new ArrayList<>();
        KeyedSerialExecutor executor = new KeyedSerialExecutor(started::add, 100, 100);
        KeyedSerialExecutor.Together<Integer, Integer> broken = items -> {
            throw new IllegalStateException("work bug");
        };
        CompletableFuture<Integer> one = executor.submitTogether("a", 1, broken);
        CompletableFuture<Integer> two = executor.submitTogether("a", 2, broken);
        CompletableFuture<String> next = executor.submit("a", () -> "next");

        started.get(0).run();

        assertThatThrownBy(one::join).hasCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(two::join).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(next).isCompletedWithValue("next");
    }

    @Test
    void givenClosed_whenAnItemComes_thenItFailsAsClosed() {
        KeyedSerialExecutor executor = new KeyedSerialExecutor(pool, 10, 10);
        executor.close();

        CompletableFuture<Integer> late = executor.submitTogether("a", 1, items -> List.of());

        assertThatThrownBy(late::join).hasCauseInstanceOf(SocketClosedException.class);
    }
}
