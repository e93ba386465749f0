package dev.waxwing.internal.device;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.threads.Failures;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Repeats a request about own keys that failed for the moment: three times, after 1, 2 and 4 s, as peer Baileys does.
 */
final class KeyRetries {

    private static final List<Duration> PAUSES =
            List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));

    private final Function<Duration, Executor> after;

    /**
     * @param after an executor that begins a task when a time has passed
     */
    KeyRetries(Function<Duration, Executor> after) {
        this.after = requireNonNull(after, "after");
    }

    CompletableFuture<Void> run(Supplier<CompletableFuture<Void>> request) {
        return run(request, 0);
    }

    private CompletableFuture<Void> run(Supplier<CompletableFuture<Void>> request, int failures) {
        return request.get()
                .exceptionallyCompose(failure -> failures < PAUSES.size() && isForTheMoment(failure)
                        ? CompletableFuture.<Void>completedFuture(null)
                                .thenComposeAsync(
                                        waited -> run(request, failures + 1), after.apply(PAUSES.get(failures)))
                        : CompletableFuture.failedFuture(failure));
    }

    /** On a lost connection the next login does it all again. */
    private static boolean isForTheMoment(Throwable failure) {
        Throwable reason = Failures.unwrap(failure);
        return reason instanceof WaxwingException known
                && known.isRetryable()
                && !(reason instanceof ConnectionLostException);
    }
}
