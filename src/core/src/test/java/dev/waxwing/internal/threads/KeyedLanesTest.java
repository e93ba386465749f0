package dev.waxwing.internal.threads;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.SocketClosedException;
import dev.waxwing.internal.threads.KeyedLanes.Work;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class KeyedLanesTest {

    private final ExecutorService pool = Executors.newFixedThreadPool(4);

    /** Tasks of an executor that the test runs itself. */
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    private boolean shutDown;
    private final KeyedLanes stepped = new KeyedLanes(this::take, 100, 100);

    private final List<Object> seen = new ArrayList<>();
    private final List<CompletableFuture<Void>> stages = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();

    private final Work<String> blocking = Work.blocking(3, seen::add, this::failed);
    private final Work<String> waiting = Work.waiting(
            3,
            items -> {
                seen.add(items);
                stages.add(new CompletableFuture<>());
                return stages.get(stages.size() - 1);
            },
            this::failed);

    private void failed(String item, Throwable reason) {
        failed.add(item + " " + reason.getMessage());
    }

    private void take(Runnable task) {
        if (shutDown) {
            throw new RejectedExecutionException("shut down");
        }
        tasks.add(task);
    }

    private void runTasks() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    @AfterEach
    void stop() {
        pool.shutdownNow();
    }

    @Test
    void givenManyTasksOfManyKeys_whenRun_thenEachKeyKeepsItsOrderAndIsNeverParallel() throws Exception {
        KeyedLanes lanes = new KeyedLanes(pool, 10_000, 100_000);
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
                lanes.execute(lane, () -> {
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
        assertThat(lanes.waiting()).isZero();
    }

    @Test
    void givenTwoKeys_whenEachWaitsForTheOther_thenBothRun() throws Exception {
        KeyedLanes lanes = new KeyedLanes(pool, 10, 10);
        CyclicBarrier meeting = new CyclicBarrier(2);

        CompletableFuture<Integer> first = lanes.submit("a", () -> meeting.await(20, SECONDS));
        CompletableFuture<Integer> second = lanes.submit("b", () -> meeting.await(20, SECONDS));

        assertThat(first.get(30, SECONDS) + second.get(30, SECONDS)).isEqualTo(1);
    }

    @Test
    void givenFullLane_whenOneMoreComes_thenRefusedAndOtherKeysAreNot() {
        List<Runnable> started = new ArrayList<>();
        KeyedLanes lanes = new KeyedLanes(started::add, 2, 3);
        lanes.execute("a", () -> {});
        lanes.execute("a", () -> {});

        assertThatThrownBy(() -> lanes.execute("a", () -> {})).isInstanceOf(RejectedExecutionException.class);
        lanes.execute("b", () -> {});
        assertThatThrownBy(() -> lanes.execute("c", () -> {}))
                .as("the bound over all keys")
                .isInstanceOf(RejectedExecutionException.class);

        started.forEach(Runnable::run);
        lanes.execute("a", () -> {});
        assertThat(lanes.waiting()).isEqualTo(1);
    }

    @Test
    void givenTaskThatThrows_whenRun_thenTheNextRuns() throws Exception {
        KeyedLanes lanes = new KeyedLanes(pool, 10, 10);
        CompletableFuture<String> failed = lanes.submit("a", () -> {
            throw new IllegalStateException("task bug");
        });
        lanes.execute("a", () -> {
            throw new IllegalStateException("task bug");
        });

        assertThat(lanes.submit("a", () -> "next").get(20, SECONDS)).isEqualTo("next");
        assertThat(failed).isCompletedExceptionally();
    }

    @Test
    void givenClosed_whenTasksWait_thenTheyRunAndNewOnesAreRefused() {
        List<Runnable> started = new ArrayList<>();
        KeyedLanes lanes = new KeyedLanes(started::add, 100, 100);
        AtomicInteger ran = new AtomicInteger();
        for (int i = 0; i < 40; i++) {
            lanes.execute("a", ran::incrementAndGet);
        }

        lanes.close();

        assertThatThrownBy(() -> lanes.execute("a", () -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> lanes.submit("a", () -> 1).join()).hasCauseInstanceOf(SocketClosedException.class);
        for (int i = 0; i < started.size(); i++) {
            started.get(i).run();
        }
        assertThat(ran).hasValue(40);
    }

    @Test
    void givenExecutorThatRefuses_whenTaskComes_thenRefusedAndNothingWaits() {
        KeyedLanes lanes = new KeyedLanes(
                task -> {
                    throw new RejectedExecutionException("full");
                },
                10,
                10);

        assertThatThrownBy(() -> lanes.execute("a", () -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThat(lanes.waiting()).isZero();
    }

    @Test
    void givenItemsThatWaitForEachOther_whenTheirTurnComes_thenTheyAreWorkedOnTogetherInOrderAndWithinTheBound() {
        for (int i = 1; i <= 7; i++) {
            stepped.submit("alice", "" + i, blocking);
        }

        runTasks();

        assertThat(seen).containsExactly(List.of("1", "2", "3"), List.of("4", "5", "6"), List.of("7"));
        assertThat(stepped.waiting()).isZero();
    }

    @Test
    void givenAnIdleLane_whenAnItemComes_thenItIsWorkedOnAlone() {
        stepped.submit("alice", "1", blocking);
        runTasks();
        stepped.submit("alice", "2", blocking);
        runTasks();

        assertThat(seen).containsExactly(List.of("1"), List.of("2"));
    }

    @Test
    void givenOtherWorkBetweenItems_whenTheirTurnComes_thenItIsNotOvertaken() {
        Work<String> other = Work.blocking(3, items -> seen.add("other " + items), this::failed);
        stepped.submit("alice", "1", blocking);
        stepped.submit("alice", "2", blocking);
        stepped.execute("alice", () -> seen.add("between"));
        stepped.submit("alice", "3", blocking);
        stepped.submit("alice", "4", other);

        runTasks();

        assertThat(seen).containsExactly(List.of("1", "2"), "between", List.of("3"), "other [4]");
    }

    @Test
    void givenWorkThatThrows_whenItemsWaited_thenEachIsToldAndTheNextRuns() {
        Work<String> broken = Work.blocking(
                3,
                items -> {
                    throw new IllegalStateException("work bug");
                },
                this::failed);
        stepped.submit("alice", "1", broken);
        stepped.submit("alice", "2", broken);
        CompletableFuture<String> next = stepped.submit("alice", () -> "next");

        runTasks();

        assertThat(failed).containsExactly("1 work bug", "2 work bug");
        assertThat(next).isCompletedWithValue("next");
    }

    @Test
    void givenWorkThatWaits_whenMoreItemsCome_thenTheyWaitForItsEndAndHoldNoThread() {
        stepped.submit("alice", "1", waiting);
        runTasks();
        for (int i = 2; i <= 6; i++) {
            stepped.submit("alice", "" + i, waiting);
        }
        assertThat(tasks).isEmpty();

        stages.get(0).complete(null);
        assertThat(seen).as("nothing runs where the stage completed").hasSize(1);
        runTasks();
        stages.get(1).complete(null);
        runTasks();

        assertThat(seen).containsExactly(List.of("1"), List.of("2", "3", "4"), List.of("5", "6"));
    }

    @Test
    void givenALaneThatWaits_whenAnItemOfAnotherComes_thenItDoesNotWait() {
        stepped.submit("alice", "1", waiting);
        stepped.submit("bob", "2", waiting);
        runTasks();

        assertThat(seen).containsExactly(List.of("1"), List.of("2"));
    }

    @Test
    void givenAStageThatFails_whenMoreWaits_thenItsItemsAreToldAndTheLaneGoesOn() {
        stepped.submit("alice", "1", waiting);
        runTasks();
        stepped.submit("alice", "2", waiting);
        stages.get(0).completeExceptionally(new IllegalStateException("no"));
        runTasks();

        assertThat(failed).containsExactly("1 no");
        assertThat(seen).containsExactly(List.of("1"), List.of("2"));
    }

    @Test
    void givenAStageThatWasDoneAtOnce_whenMoreWaits_thenTheLaneGoesOnWithoutAnotherTurn() {
        Work<String> quick = Work.waiting(
                1,
                items -> {
                    seen.add(items);
                    return CompletableFuture.completedFuture(null);
                },
                this::failed);
        stepped.submit("alice", "1", quick);
        stepped.submit("alice", "2", quick);
        tasks.remove().run();

        assertThat(seen).containsExactly(List.of("1"), List.of("2"));
        assertThat(tasks).isEmpty();
    }

    @Test
    void givenALaneThatHasEnded_whenAnItemComes_thenItStartsAnew() {
        stepped.submit("alice", "1", waiting);
        runTasks();
        stages.get(0).complete(null);
        runTasks();
        stepped.submit("alice", "2", waiting);
        runTasks();

        assertThat(seen).containsExactly(List.of("1"), List.of("2"));
    }

    @Test
    void givenAnExecutorThatHasEnded_whenAWaitingLaneGoesOn_thenEverythingThatWaitsIsTold() {
        stepped.submit("alice", "1", waiting);
        runTasks();
        for (int i = 2; i <= 5; i++) {
            stepped.submit("alice", "" + i, waiting);
        }
        shutDown = true;
        stages.get(0).complete(null);

        assertThat(failed).containsExactly("2 shut down", "3 shut down", "4 shut down", "5 shut down");
        assertThat(stepped.waiting()).isZero();
    }

    @Test
    void givenAnExecutorThatHasEnded_whenAnItemComes_thenItIsTold() {
        shutDown = true;
        stepped.submit("alice", "1", blocking);

        assertThat(failed).containsExactly("1 shut down");
        assertThat(stepped.waiting()).isZero();
    }

    @Test
    void givenAnExecutorThatRefusesWhileAnotherItemComes_whenTheLaneEnds_thenBothAreTold() {
        List<KeyedLanes> itself = new ArrayList<>();
        KeyedLanes lanes = new KeyedLanes(
                task -> {
                    itself.get(0).submit("alice", "2", blocking);
                    throw new RejectedExecutionException("shut down");
                },
                10,
                10);
        itself.add(lanes);

        lanes.submit("alice", "1", blocking);

        assertThat(failed).containsExactlyInAnyOrder("1 shut down", "2 shut down");
        assertThat(lanes.waiting()).isZero();
    }

    @Test
    void givenAFullLane_whenAnItemComes_thenItIsToldAndThoseBeforeAreWorkedOn() {
        KeyedLanes lanes = new KeyedLanes(this::take, 2, 10);
        lanes.submit("alice", "1", blocking);
        lanes.submit("alice", "2", blocking);
        lanes.submit("alice", "3", blocking);

        assertThat(failed).containsExactly("3 too many items waiting: 2 in all, 2 under this key");
        runTasks();
        assertThat(seen).containsExactly(List.of("1", "2"));
    }

    @Test
    void givenClosed_whenAnItemComes_thenItIsToldThatItIsClosed() {
        stepped.submit("alice", "1", blocking);
        stepped.close();
        List<Throwable> reasons = new ArrayList<>();
        stepped.submit("alice", "2", Work.<String>blocking(1, items -> {}, (item, reason) -> reasons.add(reason)));
        runTasks();

        assertThat(reasons).singleElement().isInstanceOf(SocketClosedException.class);
        assertThat(seen).containsExactly(List.of("1"));
    }

    @Test
    void givenTasksWithStages_whenSubmitted_thenEachStartsWhenTheOneBeforeHasEndedBeItInFailure() {
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> one = stepped.submitStage("keys", () -> first);
        CompletableFuture<String> two = stepped.submitStage("keys", () -> {
            seen.add("started");
            return CompletableFuture.completedFuture("two");
        });
        runTasks();
        assertThat(seen).isEmpty();

        first.completeExceptionally(new CompletionException(new IllegalStateException("no")));
        runTasks();

        assertThatThrownBy(one::join).cause().isExactlyInstanceOf(IllegalStateException.class);
        assertThat(two).isCompletedWithValue("two");
    }
}
