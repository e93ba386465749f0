package dev.waxwing.internal.event;

import dev.waxwing.event.EventBatch.Published;
import dev.waxwing.event.EventKey;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;

/**
 * The reactive view of one kind of event, on the JDK's own publisher, which keeps demand and order as the Reactive
 * Streams rules ask. One such publisher per subscriber, so that one who lags too far can be ended without touching the
 * others.
 */
final class EventPublisher<T> implements Flow.Publisher<T> {

    /** Events that may wait for one subscriber's demand. */
    static final int LAG_LIMIT = 1024;

    private final EventKey<T> key;
    private final Executor executor;
    private final Runnable whenSubscribed;
    private final CopyOnWriteArrayList<SubmissionPublisher<T>> subscribers = new CopyOnWriteArrayList<>();

    EventPublisher(EventKey<T> key, Executor executor, Runnable whenSubscribed) {
        this.key = key;
        this.executor = executor;
        this.whenSubscribed = whenSubscribed;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        SubmissionPublisher<T> own = new SubmissionPublisher<>(executor, LAG_LIMIT);
        own.subscribe(subscriber);
        subscribers.add(own);
        whenSubscribed.run();
    }

    boolean serves(EventKey<?> published) {
        return key.equals(published) && subscribers.stream().anyMatch(SubmissionPublisher::hasSubscribers);
    }

    void offer(Published<?> event) {
        if (!event.key().equals(key)) {
            return;
        }
        T payload = key.payload().cast(event.payload());
        for (SubmissionPublisher<T> subscriber : subscribers) {
            boolean lags = subscriber.offer(payload, null) < 0;
            if (lags) {
                subscriber.closeExceptionally(new IllegalStateException(
                        "subscriber of " + key + " lags by more than " + LAG_LIMIT + " events"));
            }
            if (lags || !subscriber.hasSubscribers()) {
                subscribers.remove(subscriber);
            }
        }
    }

    void complete() {
        subscribers.forEach(SubmissionPublisher::close);
        subscribers.clear();
    }
}
