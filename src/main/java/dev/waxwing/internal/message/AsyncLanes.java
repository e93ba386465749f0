package dev.waxwing.internal.message;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Work that waits for the network, in order within a key: a task starts when the earlier ones of its key have completed. No
 * thread is held while a task waits. Keys without tasks cost nothing.
 */
final class AsyncLanes {

    private final Executor executor;
    private final Map<Object, CompletableFuture<?>> tails = new HashMap<>();

    AsyncLanes(Executor executor) {
        this.executor = requireNonNull(executor, "executor");
    }

    /**
     * @param task called on the executor; the lane goes on when its stage has completed, one way or the other
     */
    <T> CompletableFuture<T> submit(Object key, Supplier<? extends CompletionStage<T>> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        CompletableFuture<?> before;
        synchronized (tails) {
            before = tails.put(key, result);
        }
        if (before == null) {
            before = CompletableFuture.completedFuture(null);
        }
        before.whenCompleteAsync((done, ignoredFailure) -> start(task, result), executor)
                .exceptionally(rejected -> {
                    result.completeExceptionally(rejected);
                    return null;
                });
        result.whenComplete((done, failure) -> {
            synchronized (tails) {
                tails.remove(key, result);
            }
        });
        return result;
    }

    private static <T> void start(Supplier<? extends CompletionStage<T>> task, CompletableFuture<T> result) {
        try {
            task.get().whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(Failures.unwrap(failure));
                }
            });
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }
}
