package dev.waxwing.internal.event;

import dev.waxwing.event.EventBatch.Published;
import dev.waxwing.event.EventKey;
import dev.waxwing.internal.threads.LoopTimer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue of one listener and the task that empties it. The queue needs no bound of its own: whoever publishes waits
 * for the delivery before it takes more from the network.
 *
 * <p>A delivery that may be repeated goes back to the head of the queue when the listener throws, and everything behind
 * it waits, so that the order holds.
 */
final class ListenerLane {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerLane.class);

    /** Calls that a lane makes before it queues up behind the other lanes of its executor. */
    private static final int TURNS_IN_A_ROW = 16;

    /** Set while a thread runs a listener. */
    private static final ThreadLocal<Boolean> LISTENING = new ThreadLocal<>();

    private final Executor executor;
    private final LoopTimer timer;
    private final @Nullable EventKey<?> key;
    private final Object listener;
    private final boolean once;
    private final Consumer<List<Published<?>>> call;
    private final ArrayDeque<Delivery<?>> queue = new ArrayDeque<>();
    private boolean running;
    private volatile boolean closed;

    /**
     * @param key the kind of event, or null for a batch listener, which takes all kinds and all waiting events in one
     *     call
     * @param once whether the lane ends with its first event
     */
    ListenerLane(
            Executor executor,
            LoopTimer timer,
            @Nullable EventKey<?> key,
            Object listener,
            boolean once,
            Consumer<List<Published<?>>> call) {
        this.executor = executor;
        this.timer = timer;
        this.key = key;
        this.listener = listener;
        this.once = once;
        this.call = call;
    }

    boolean listensTo(EventKey<?> published) {
        return !closed && (key == null || key.equals(published));
    }

    boolean listensOnceTo(EventKey<?> published) {
        return once && listensTo(published);
    }

    boolean belongsTo(EventKey<?> subscribed, Object subscriber) {
        return subscribed.equals(key) && listener == subscriber;
    }

    /** Whether the calling thread is inside a listener, of whatever account. */
    static boolean isListening() {
        return Boolean.TRUE.equals(LISTENING.get());
    }

    /**
     * Queues an event.
     *
     * @param redelivery what to do if the listener throws; null to go on with the next event
     * @return completes with true when the listener has returned, or is not called again; with false if it was
     *     unsubscribed before its turn came. Without redelivery it fails with what the listener threw
     */
    <T> CompletableFuture<Boolean> offer(Published<T> event, @Nullable Redelivery<T> redelivery) {
        Delivery<T> delivery = new Delivery<>(event, redelivery, false);
        synchronized (queue) {
            if (closed) {
                delivery.done.complete(false);
                return delivery.done;
            }
            queue.add(delivery);
            if (running) {
                return delivery.done;
            }
            running = true;
        }
        start();
        return delivery.done;
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        List<Delivery<?>> dropped;
        synchronized (queue) {
            closed = true;
            dropped = List.copyOf(queue);
            queue.clear();
        }
        dropped.forEach(delivery -> delivery.done.complete(false));
    }

    private void start() {
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException e) {
            // The account is shutting down: nobody listens any more.
            close();
        }
    }

    private void run() {
        int turns = 0;
        for (List<Delivery<?>> next = take(); !next.isEmpty(); next = take()) {
            if (once) {
                close();
            }
            Duration pause = deliver(next);
            if (!pause.isZero()) {
                // Still running, so that nothing overtakes what is to be repeated.
                startAfter(pause);
                return;
            }
            turns++;
            if (turns >= TURNS_IN_A_ROW) {
                // A flooded listener must not keep its thread from the others.
                start();
                return;
            }
        }
    }

    /** Hands over to the executor when the time has come; if that is shut down by then, nobody listens any more. */
    private void startAfter(Duration pause) {
        try {
            timer.after(pause, this::start);
        } catch (RejectedExecutionException e) {
            close();
        }
    }

    private List<Delivery<?>> take() {
        synchronized (queue) {
            List<Delivery<?>> next = new ArrayList<>();
            while (!queue.isEmpty() && (next.isEmpty() || (key == null && !queue.peek().repeated))) {
                next.add(queue.remove());
                if (next.get(0).repeated) {
                    break;
                }
            }
            running = !next.isEmpty();
            return next;
        }
    }

    /** How long to wait before the next call; zero to go on. */
    private Duration deliver(List<Delivery<?>> deliveries) {
        List<Published<?>> events = new ArrayList<>(deliveries.size());
        deliveries.forEach(delivery -> events.add(delivery.event));
        Throwable thrown = call(events);
        if (thrown == null) {
            deliveries.forEach(delivery -> delivery.done.complete(true));
            return Duration.ZERO;
        }
        Duration pause = Duration.ZERO;
        List<Delivery<?>> again = new ArrayList<>();
        for (Delivery<?> delivery : deliveries) {
            Duration wait = delivery.failed(thrown, once, again);
            pause = wait.compareTo(pause) > 0 ? wait : pause;
        }
        putBack(again);
        return pause;
    }

    private void putBack(List<Delivery<?>> again) {
        synchronized (queue) {
            if (!closed) {
                for (int i = again.size() - 1; i >= 0; i--) {
                    queue.addFirst(again.get(i));
                }
                return;
            }
        }
        again.forEach(delivery -> delivery.done.complete(false));
    }

    private @Nullable Throwable call(List<Published<?>> events) {
        LISTENING.set(true);
        try {
            call.accept(events);
            return null;
        } catch (RuntimeException | Error e) {
            LOG.warn("A listener of {} threw; it stays subscribed", key == null ? "process" : key, e);
            return e;
        } finally {
            LISTENING.remove();
        }
    }

    private static final class Delivery<T> {

        private final Published<T> event;
        private final @Nullable Redelivery<T> redelivery;

        /** Called by itself from now on, since a listener threw on it or on what it was part of. */
        private final boolean repeated;

        private final CompletableFuture<Boolean> done = new CompletableFuture<>();
        private int failures;

        Delivery(Published<T> event, @Nullable Redelivery<T> redelivery, boolean repeated) {
            this.event = event;
            this.redelivery = redelivery;
            this.repeated = repeated;
        }

        /** Adds what is to be delivered again, and answers how long to wait before. */
        Duration failed(Throwable thrown, boolean isLast, List<Delivery<?>> again) {
            Redelivery<T> policy = redelivery;
            if (policy == null) {
                done.completeExceptionally(thrown);
                return Duration.ZERO;
            }
            List<T> parts = policy.parts(event.payload());
            failures++;
            Optional<Duration> delay = isLast ? Optional.empty() : policy.delayAfter(failures);
            if (delay.isEmpty()) {
                parts.forEach(part -> policy.gaveUp(part, failures, thrown));
                done.complete(true);
                return Duration.ZERO;
            }
            if (repeated) {
                again.add(this);
                return delay.get();
            }
            // Which of several parts it threw on is not known: each begins anew, at once.
            boolean several = parts.size() > 1;
            again.addAll(split(parts, policy, several ? 0 : failures));
            return several ? Duration.ZERO : delay.get();
        }

        private List<Delivery<T>> split(List<T> parts, Redelivery<T> policy, int failuresSoFar) {
            List<Delivery<T>> deliveries = new ArrayList<>(parts.size());
            for (T part : parts) {
                Delivery<T> delivery = new Delivery<>(new Published<>(event.key(), part), policy, true);
                delivery.failures = failuresSoFar;
                deliveries.add(delivery);
            }
            CompletableFuture.allOf(
                            deliveries.stream().map(delivery -> delivery.done).toArray(CompletableFuture<?>[]::new))
                    .thenRun(() -> done.complete(deliveries.stream().allMatch(delivery -> delivery.done.join())));
            return deliveries;
        }
    }
}
