package dev.waxwing.internal.media;

import dev.waxwing.media.TransferListener;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a listener how far a transfer is: the newest only, while the listener has one in hand. */
final class Progress implements LongConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(Progress.class);

    private final TransferListener listener;
    private final Executor executor;
    private final AtomicLong total = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicBoolean telling = new AtomicBoolean();
    private volatile long told;

    Progress(TransferListener listener, Executor executor) {
        this.listener = listener;
        this.executor = executor;
    }

    void total(long bytes) {
        total.set(bytes);
    }

    @Override
    public void accept(long bytes) {
        done.accumulateAndGet(bytes, Math::max);
        tell();
    }

    private void tell() {
        if (!telling.compareAndSet(false, true)) {
            return;
        }
        try {
            executor.execute(this::call);
        } catch (RejectedExecutionException e) {
            LOG.debug("Nobody hears of a transfer any more");
        }
    }

    private void call() {
        long now = done.get();
        try {
            if (now > told) {
                told = now;
                listener.transferred(now, total.get());
            }
        } catch (RuntimeException e) {
            LOG.warn("A listener of a transfer failed", e);
        } finally {
            telling.set(false);
        }
        if (done.get() > now) {
            tell();
        }
    }
}
