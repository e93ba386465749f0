package dev.waxwing.internal.event;

import static java.util.Objects.requireNonNull;

import dev.waxwing.event.EventBatch;
import dev.waxwing.event.EventBatch.Published;
import dev.waxwing.event.EventBus;
import dev.waxwing.event.EventKey;
import dev.waxwing.event.Subscription;
import dev.waxwing.internal.threads.LoopTimer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One account's events. Publishing puts the event into the lane of every listener under one lock, which is what makes
 * all listeners see the same order; the lanes then run apart from each other on the account's executor.
 */
public final class EventDispatcher implements EventBus, AutoCloseable {

    private final Executor executor;
    private final LoopTimer timer;
    private final CopyOnWriteArrayList<ListenerLane> lanes = new CopyOnWriteArrayList<>();
    private final CopyOnWriteArrayList<EventPublisher<?>> publishers = new CopyOnWriteArrayList<>();
    private final Object publishOrder = new Object();
    private volatile Runnable whenSubscribed = () -> {};
    private volatile boolean closed;

    /**
     * Creates a bus without listeners.
     *
     * @param executor runs the listeners; may be shared
     * @param timer waits before a listener that threw is called again
     */
    public EventDispatcher(Executor executor, LoopTimer timer) {
        this.executor = requireNonNull(executor, "executor");
        this.timer = requireNonNull(timer, "timer");
    }

    /**
     * Sets what to call each time somebody starts to listen; the inbox delivers then what nobody wanted so far.
     *
     * @param action called on the subscribing thread; must not block
     */
    public void whenSubscribed(Runnable action) {
        whenSubscribed = requireNonNull(action, "action");
    }

    /**
     * Whether an event would reach anybody now.
     *
     * @param key the kind of event
     * @return true if there is a listener or a subscriber
     */
    public boolean isListenedTo(EventKey<?> key) {
        return lanes.stream().anyMatch(lane -> lane.listensTo(key))
                || publishers.stream().anyMatch(publisher -> publisher.serves(key));
    }

    /**
     * Whether somebody waits for one event of a kind, and no more.
     *
     * @param key the kind of event
     * @return true if there is such a listener
     */
    public boolean isAwaited(EventKey<?> key) {
        return lanes.stream().anyMatch(lane -> lane.listensOnceTo(key));
    }

    /**
     * Publishes one event.
     *
     * @param key the kind of event
     * @param payload what happened
     * @param <T> the payload's type
     * @return completes when every listener of now has returned; fails with the first exception a listener threw, after
     *     all of them were called
     */
    public <T> CompletableFuture<Void> publish(EventKey<T> key, T payload) {
        return CompletableFuture.allOf(offer(key, payload, null).toArray(CompletableFuture<?>[]::new));
    }

    /**
     * Publishes one event that must not be lost, and tells what became of it.
     *
     * @param key the kind of event
     * @param payload what happened
     * @param redelivery what to do with a listener that throws
     * @param <T> the payload's type
     * @return completes when every listener of now has returned, is not called again, or has been unsubscribed: on the
     *     thread of the last one that did; never fails
     */
    public <T> CompletableFuture<Reception> deliver(EventKey<T> key, T payload, Redelivery<T> redelivery) {
        boolean subscribed = publishers.stream().anyMatch(publisher -> publisher.serves(key));
        List<CompletableFuture<Boolean>> calls = offer(key, payload, redelivery);
        return CompletableFuture.allOf(calls.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> reception(calls, subscribed));
    }

    /**
     * Whether the calling thread is inside a listener: it must not wait for what comes after that has returned.
     *
     * @return true if so
     */
    public static boolean isListening() {
        return ListenerLane.isListening();
    }

    private Reception reception(List<CompletableFuture<Boolean>> calls, boolean subscribed) {
        long called = calls.stream().filter(CompletableFuture::join).count();
        if (called < calls.size() && closed) {
            return Reception.CUT_OFF;
        }
        return called > 0 || subscribed ? Reception.HEARD : Reception.UNHEARD;
    }

    private <T> List<CompletableFuture<Boolean>> offer(EventKey<T> key, T payload, @Nullable Redelivery<T> redelivery) {
        Published<T> event = new Published<>(key, requireNonNull(payload, "payload"));
        synchronized (publishOrder) {
            List<CompletableFuture<Boolean>> calls = lanes.stream()
                    .filter(lane -> lane.listensTo(key))
                    .map(lane -> lane.offer(event, redelivery))
                    .toList();
            publishers.forEach(publisher -> publisher.offer(event));
            return calls;
        }
    }

    @Override
    public <T> Subscription on(EventKey<T> key, Consumer<? super T> listener) {
        requireNonNull(key, "key");
        requireNonNull(listener, "listener");
        return add(new ListenerLane(executor, timer, key, listener, false, batch -> deliverEach(batch, key, listener)));
    }

    @Override
    public <T> Subscription once(EventKey<T> key, Consumer<? super T> listener) {
        requireNonNull(key, "key");
        requireNonNull(listener, "listener");
        return add(new ListenerLane(executor, timer, key, listener, true, batch -> deliverEach(batch, key, listener)));
    }

    @Override
    public <T> void off(EventKey<T> key, Consumer<? super T> listener) {
        requireNonNull(key, "key");
        requireNonNull(listener, "listener");
        lanes.stream().filter(lane -> lane.belongsTo(key, listener)).forEach(ListenerLane::close);
        lanes.removeIf(ListenerLane::isClosed);
    }

    @Override
    public Subscription process(Consumer<? super EventBatch> listener) {
        requireNonNull(listener, "listener");
        return add(new ListenerLane(
                executor, timer, null, listener, false, events -> listener.accept(new EventBatch(events))));
    }

    @Override
    public <T> Flow.Publisher<T> publisher(EventKey<T> key) {
        requireNonNull(key, "key");
        EventPublisher<T> publisher = new EventPublisher<>(key, executor, () -> whenSubscribed.run());
        publishers.add(publisher);
        return publisher;
    }

    /** Ends every subscription and completes every publisher. Events published later reach nobody. */
    @Override
    public void close() {
        closed = true;
        lanes.forEach(ListenerLane::close);
        lanes.clear();
        publishers.forEach(EventPublisher::complete);
        publishers.clear();
    }

    private Subscription add(ListenerLane lane) {
        synchronized (publishOrder) {
            lanes.removeIf(ListenerLane::isClosed);
            lanes.add(lane);
        }
        whenSubscribed.run();
        return () -> {
            lane.close();
            lanes.remove(lane);
        };
    }

    private static <T> void deliverEach(List<Published<?>> events, EventKey<T> key, Consumer<? super T> listener) {
        for (Published<?> event : events) {
            listener.accept(key.payload().cast(event.payload()));
        }
    }
}
