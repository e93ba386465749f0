package dev.waxwing.event;

import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * Where an account's events are heard.
 *
 * <p><strong>Order and threads.</strong> Every listener sees the events in the order in which they were published, one
 * at a time, on the account's executor and never on a network thread: a listener may block, but then only holds up
 * itself. Listeners are isolated: one that throws or is slow disturbs no other. What a listener throws is logged.
 *
 * <p><strong>Messages.</strong> {@code messages.upsert} is not lost with the process: a batch is handed out, and when
 * every listener has returned and that is on record, the next. So the slowest sets the pace for this one event, unless
 * it takes a cursor of its own ({@code Socket.onMessages}). A listener that throws on messages is called again, see
 * {@code ListenerRetry}.
 *
 * <p>All methods may be called from any thread, also from inside a listener.
 */
public interface EventBus {

    /**
     * Calls {@code listener} for every later event of {@code key}.
     *
     * @param key the kind of event, one of {@link Events}
     * @param listener called with each payload
     * @param <T> the payload's type
     * @return the subscription; close it, or call {@link #off}, to stop
     */
    <T> Subscription on(EventKey<T> key, Consumer<? super T> listener);

    /**
     * Calls {@code listener} for the next event of {@code key} and then never again.
     *
     * @param key the kind of event
     * @param listener called at most once
     * @param <T> the payload's type
     * @return the subscription, to give up waiting
     */
    <T> Subscription once(EventKey<T> key, Consumer<? super T> listener);

    /**
     * Ends every subscription of this listener object to {@code key}. Does nothing if there is none.
     *
     * @param key the kind of event
     * @param listener the same object that was given to {@link #on} or {@link #once}
     * @param <T> the payload's type
     */
    <T> void off(EventKey<T> key, Consumer<? super T> listener);

    /**
     * Calls {@code listener} with everything that was published since its last call, of all kinds, as one batch. Under
     * load one call covers many events, which suits listeners that write to a database.
     *
     * @param listener called with non-empty batches
     * @return the subscription
     */
    Subscription process(Consumer<? super EventBatch> listener);

    /**
     * A reactive view of one kind of event. Each subscriber receives at most what it requested; up to 1,024 events wait
     * for a subscriber's demand, and one that lags further ends with {@link IllegalStateException}. The stream
     * completes when the socket closes.
     *
     * @param key the kind of event
     * @param <T> the payload's type
     * @return a publisher that any number of subscribers may use
     */
    <T> Flow.Publisher<T> publisher(EventKey<T> key);
}
