package dev.waxwing.testkit.state;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The one thread of a server: it runs all sockets and owns all state, so nothing of the server locks. Its methods may
 * be called from any thread.
 */
public final class ServerThread {

    private static final Duration ASK_TIMEOUT = Duration.ofSeconds(30);

    private final EventLoop loop;

    /**
     * Creates the way into a thread.
     *
     * @param loop the event loop, of one thread
     */
    public ServerThread(EventLoop loop) {
        this.loop = loop;
    }

    /**
     * Runs something on the server's thread: at once if this is that thread, soon otherwise. Any thread.
     *
     * @param task what to do
     */
    public void tell(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    /**
     * Runs something on the server's thread and waits for it. Any thread.
     *
     * @param <T> what it answers with
     * @param question what to run; what it throws is thrown here
     * @return its answer
     * @throws IllegalStateException if the server is closed, or does not answer for 30 seconds
     */
    public <T> T ask(Supplier<T> question) {
        if (loop.inEventLoop()) {
            return question.get();
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            loop.execute(() -> {
                try {
                    answer.complete(question.get());
                } catch (RuntimeException | Error e) {
                    answer.completeExceptionally(e);
                }
            });
            return answer.get(ASK_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new CompletionException(e.getCause());
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the server is closed", e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the server's thread did not answer within " + ASK_TIMEOUT, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking the server", e);
        }
    }

    /**
     * Runs something later on the server's thread, in real time whatever the clock was set to. Any thread.
     *
     * @param delay how much later
     * @param task what to do
     * @return cancels it
     */
    public ScheduledFuture<?> later(Duration delay, Runnable task) {
        return loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }
}
