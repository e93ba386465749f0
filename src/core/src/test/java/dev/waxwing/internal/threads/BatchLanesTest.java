package dev.waxwing.internal.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class BatchLanesTest {

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<List<String>> batches = new ArrayList<>();
    private final List<CompletableFuture<Void>> stages = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private boolean shutDown;

    private final BatchLanes<String, String> lanes =
            new BatchLanes<>(this::execute, 3, this::work, (item, reason) -> failed.add(item + " " + reason));

    private void execute(Runnable task) {
        if (shutDown) {
            throw new RejectedExecutionException("shut down");
        }
        tasks.add(task);
    }

    private CompletionStage<?> work(List<String> batch) {
        batches.add(batch);
        CompletableFuture<Void> stage = new CompletableFuture<>();
        stages.add(stage);
        return stage;
    }

    private void runTasks() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    @Test
    void givenAnIdleLane_whenAnItemComes_thenItIsWorkedOnAlone() {
        lanes.submit("alice", "1");
        lanes.submit("alice", "2");
        runTasks();
        assertThat(batches).containsExactly(List.of("1"));
    }

    @Test
    void givenItemsThatWaitedForTheOneBefore_whenItIsDone_thenTheyAreWorkedOnTogetherInOrderAndWithinTheBound() {
        for (int i = 1; i <= 6; i++) {
            lanes.submit("alice", "" + i);
        }
        runTasks();
        stages.get(0).complete(null);
        runTasks();
        stages.get(1).complete(null);
        runTasks();
        assertThat(batches).containsExactly(List.of("1"), List.of("2", "3", "4"), List.of("5", "6"));
    }

    @Test
    void givenALaneThatWaits_whenAnItemOfAnotherComes_thenItDoesNotWait() {
        lanes.submit("alice", "1");
        lanes.submit("bob", "2");
        runTasks();
        assertThat(batches).containsExactly(List.of("1"), List.of("2"));
    }

    @Test
    void givenAStageThatFails_whenMoreWaits_thenItsItemsAreToldAndTheLaneGoesOn() {
        lanes.submit("alice", "1");
        lanes.submit("alice", "2");
        runTasks();
        stages.get(0).completeExceptionally(new IllegalStateException("no"));
        runTasks();
        assertThat(failed).containsExactly("1 java.lang.IllegalStateException: no");
        assertThat(batches).containsExactly(List.of("1"), List.of("2"));
    }

    @Test
    void givenALaneThatHasEnded_whenAnItemComes_thenItStartsAnew() {
        lanes.submit("alice", "1");
        runTasks();
        stages.get(0).complete(null);
        runTasks();
        lanes.submit("alice", "2");
        runTasks();
        assertThat(batches).containsExactly(List.of("1"), List.of("2"));
    }

    @Test
    void givenAnExecutorThatHasEnded_whenTheLaneGoesOn_thenEverythingThatWaitsIsTold() {
        for (int i = 1; i <= 5; i++) {
            lanes.submit("alice", "" + i);
        }
        runTasks();
        shutDown = true;
        stages.get(0).complete(null);
        assertThat(failed).hasSize(4).allMatch(told -> told.endsWith("shut down"));
    }
}
