package dev.waxwing.internal.media;

import dev.waxwing.error.SocketClosedException;
import dev.waxwing.internal.threads.Failures;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Joins futures so that cancelling what comes out ends what is under way: the JDK's own joins leave that running, and a
 * transfer that nobody wants is not to go on.
 */
final class Steps {

    private Steps() {}

    /** One after the other. */
    static <A, B> CompletableFuture<B> then(
            CompletableFuture<A> first, Executor executor, Function<? super A, CompletableFuture<B>> next) {
        CompletableFuture<B> whole = new CompletableFuture<>();
        endWith(whole, first);
        first.whenComplete((value, failure) -> {
            if (failure != null) {
                whole.completeExceptionally(Failures.unwrap(failure));
            } else {
                run(whole, executor, () -> follow(whole, next.apply(value)));
            }
        });
        return whole;
    }

    /** Another way, if the first failed with something that it helps with. */
    static <A> CompletableFuture<A> orElse(
            CompletableFuture<A> first,
            Executor executor,
            Function<? super Throwable, @Nullable CompletableFuture<A>> other) {
        CompletableFuture<A> whole = new CompletableFuture<>();
        endWith(whole, first);
        first.whenComplete((value, failure) -> {
            if (failure == null) {
                whole.complete(value);
                return;
            }
            Throwable reason = Failures.unwrap(failure);
            run(whole, executor, () -> {
                CompletableFuture<A> second = other.apply(reason);
                if (second == null) {
                    whole.completeExceptionally(reason);
                } else {
                    follow(whole, second);
                }
            });
        });
        return whole;
    }

    /** The same, and something that is done in any case before it is over. */
    static <A> CompletableFuture<A> lastly(CompletableFuture<A> first, Executor executor, Runnable last) {
        CompletableFuture<A> whole = new CompletableFuture<>();
        endWith(whole, first);
        first.whenComplete((value, failure) -> {
            Runnable end = () -> {
                last.run();
                if (failure == null) {
                    whole.complete(value);
                } else {
                    whole.completeExceptionally(Failures.unwrap(failure));
                }
            };
            try {
                executor.execute(end);
            } catch (RejectedExecutionException e) {
                end.run();
            }
        });
        return whole;
    }

    private static <A> void follow(CompletableFuture<A> whole, CompletableFuture<A> last) {
        endWith(whole, last);
        last.whenComplete((value, failure) -> {
            if (failure == null) {
                whole.complete(value);
            } else {
                whole.completeExceptionally(Failures.unwrap(failure));
            }
        });
    }

    private static void run(CompletableFuture<?> whole, Executor executor, Runnable step) {
        if (whole.isDone()) {
            return;
        }
        try {
            executor.execute(() -> {
                try {
                    step.run();
                } catch (RuntimeException e) {
                    whole.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            whole.completeExceptionally(new SocketClosedException("the socket is closed", e));
        }
    }

    private static void endWith(CompletableFuture<?> whole, CompletableFuture<?> part) {
        whole.whenComplete((value, failure) -> {
            if (failure != null) {
                part.cancel(false);
            }
        });
    }
}
