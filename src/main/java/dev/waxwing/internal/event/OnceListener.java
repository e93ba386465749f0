package dev.waxwing.internal.event;

import dev.waxwing.event.Subscription;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Passes one event on and then ends its own subscription. */
final class OnceListener<T> implements Consumer<T> {

    private final Consumer<? super T> listener;
    private final AtomicBoolean called = new AtomicBoolean();
    private volatile @Nullable Subscription subscription;

    OnceListener(Consumer<? super T> listener) {
        this.listener = listener;
    }

    /** The first event may arrive before the subscription is known here; then it is ended now. */
    void endWith(Subscription ending) {
        subscription = ending;
        if (called.get()) {
            ending.close();
        }
    }

    @Override
    public void accept(T payload) {
        if (!called.compareAndSet(false, true)) {
            return;
        }
        Subscription ending = subscription;
        if (ending != null) {
            ending.close();
        }
        listener.accept(payload);
    }
}
