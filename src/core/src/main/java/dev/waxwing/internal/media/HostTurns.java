package dev.waxwing.internal.media;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.Failures;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries an exchange with one host after the other. What may pass (a lost connection, 429, 5xx) is tried again with the
 * next host after a pause; a refused token is renewed once; all else ends it.
 */
final class HostTurns {

    private static final Logger LOG = LoggerFactory.getLogger(HostTurns.class);

    private static final int FEWEST_TURNS = 4;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private final MediaConnections connections;
    private final AccountThreads threads;

    HostTurns(MediaConnections connections, AccountThreads threads) {
        this.connections = connections;
        this.threads = threads;
    }

    /** An exchange with one host. */
    @FunctionalInterface
    interface Turn<T> {
        CompletableFuture<T> with(MediaConnection connection, MediaHost host);
    }

    /**
     * Runs until one succeeds.
     *
     * @param turn the exchange; must be able to run again after it has failed
     * @return fails with what the last one failed with. Cancelling it ends the exchange under way
     */
    <T> CompletableFuture<T> run(Turn<T> turn) {
        Run<T> run = new Run<>(turn);
        run.follow(connections.current());
        return run.result;
    }

    private final class Run<T> {

        private final Turn<T> turn;
        private final CompletableFuture<T> result = new CompletableFuture<>();
        private int turns;
        private boolean renewed;

        Run(Turn<T> turn) {
            this.turn = turn;
        }

        void follow(CompletableFuture<MediaConnection> asked) {
            asked.whenCompleteAsync(
                    (connection, failure) -> {
                        if (failure != null) {
                            result.completeExceptionally(Failures.unwrap(failure));
                        } else {
                            next(connection);
                        }
                    },
                    threads.continuations());
        }

        private void next(MediaConnection connection) {
            if (result.isDone()) {
                return;
            }
            MediaHost host = connection.hosts().get(turns++ % connection.hosts().size());
            CompletableFuture<T> exchange;
            try {
                exchange = turn.with(connection, host);
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
                return;
            }
            result.whenComplete((value, failure) -> exchange.cancel(false));
            exchange.whenCompleteAsync(
                    (value, failure) -> {
                        if (failure == null) {
                            result.complete(value);
                        } else {
                            failed(connection, host, Failures.unwrap(failure));
                        }
                    },
                    threads.continuations());
        }

        private void failed(MediaConnection connection, MediaHost host, Throwable reason) {
            if (result.isDone()) {
                return;
            }
            boolean isRefusedToken = reason instanceof ServerRefusedException refused
                    && (refused.code() == UNAUTHORIZED || refused.code() == FORBIDDEN);
            if (isRefusedToken && !renewed) {
                renewed = true;
                follow(connections.instead(connection));
            } else if (mayPass(reason)
                    && turns < Math.max(FEWEST_TURNS, 2 * connection.hosts().size())) {
                LOG.debug("A transfer with {} failed, the next host has its turn: {}", host, reason.getMessage());
                threads.timer().after(pause(reason), threads.executor(), () -> follow(connections.current()));
            } else {
                result.completeExceptionally(reason);
            }
        }

        private Duration pause(Throwable reason) {
            Duration asked = reason instanceof ServerRefusedException refused
                    ? refused.backoff().orElse(Duration.ofSeconds(turns))
                    : Duration.ofMillis(250L * turns);
            return asked.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : asked;
        }
    }

    private static boolean mayPass(Throwable reason) {
        return reason instanceof ConnectionLostException
                || (reason instanceof ServerRefusedException refused && refused.isRetryable());
    }
}
