package dev.waxwing.internal.event;

import dev.waxwing.event.EventBatch.Published;
import dev.waxwing.event.EventKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue of one listener and the task that empties it. The queue needs no bound of its own: whoever publishes waits for
 * the delivery before it takes more from the network.
 */
final class ListenerLane {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerLane.class);

    /** Set while a thread runs a listener. */
    private static final ThreadLocal<Boolean> LISTENING = new ThreadLocal<>();

    private final Executor executor;
    private final @Nullable EventKey<?> key;
    private final Object listener;
    private final boolean once;
    private final Consumer<List<Published<?>>> call;
    private final ArrayDeque<Delivery> queue = new ArrayDeque<>();
    private boolean running;
    private volatile boolean closed;

    /**
     * @param key the kind of event, or null for a batch listener, which takes all kinds and all waiting events in one call
     * @param once whether the lane ends with its first event
     */
    ListenerLane(
            Executor executor,
            @Nullable EventKey<?> key,
            Object listener,
            boolean once,
            Consumer<List<Published<?>>> call) {
        this.executor = executor;
        this.key = key;
        this.listener = listener;
        this.once = once;
        this.call = call;
    }

    boolean listensTo(EventKey<?> published) {
        return !closed && (key == null || key.equals(published));
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
     * @return completes with true when the listener has returned, with false if it was unsubscribed before its turn came; fails with
     *     what it threw
     */
    CompletableFuture<Boolean> offer(Published<?> event) {
        Delivery delivery = new Delivery(event, new CompletableFuture<>());
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
        List<Delivery> dropped;
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
        for (List<Delivery> next = take(); !next.isEmpty(); next = take()) {
            if (once) {
                close();
            }
            deliver(next);
        }
    }

    private List<Delivery> take() {
        synchronized (queue) {
            List<Delivery> next = new ArrayList<>();
            if (key == null) {
                next.addAll(queue);
                queue.clear();
            } else if (!queue.isEmpty()) {
                next.add(queue.removeFirst());
            }
            running = !next.isEmpty();
            return next;
        }
    }

    private void deliver(List<Delivery> deliveries) {
        List<Published<?>> events = new ArrayList<>(deliveries.size());
        deliveries.forEach(delivery -> events.add(delivery.event));
        Throwable thrown = call(events);
        for (Delivery delivery : deliveries) {
            if (thrown == null) {
                delivery.done.complete(true);
            } else {
                delivery.done.completeExceptionally(thrown);
            }
        }
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

    private record Delivery(Published<?> event, CompletableFuture<Boolean> done) {}
}
