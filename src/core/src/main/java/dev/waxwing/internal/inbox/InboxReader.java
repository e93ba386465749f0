package dev.waxwing.internal.inbox;

import static java.util.Objects.requireNonNull;

import dev.waxwing.event.Events;
import dev.waxwing.event.MessagesUpsert;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.event.Reception;
import dev.waxwing.internal.event.Redelivery;
import dev.waxwing.internal.trace.MessageTracer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the entries of the inbox to the listeners of one cursor: a batch, and when every listener has returned and that
 * is on record, the next. So at any moment only the messages that a listener has in hand can be delivered twice. Fed
 * from the store and not from the network: a flood fills the disk and not the heap.
 */
public final class InboxReader {

    private static final Logger LOG = LoggerFactory.getLogger(InboxReader.class);

    private final Inbox inbox;
    private final String cursor;
    private final EventDispatcher listeners;
    private final Redelivery<MessagesUpsert> redelivery;
    private final MessageTracer tracer;
    private final Executor executor;
    private final CompletableFuture<Void> idle = new CompletableFuture<>();

    private boolean busy;
    private boolean wokenMeanwhile;
    private boolean closed;

    InboxReader(
            Inbox inbox,
            String cursor,
            EventDispatcher listeners,
            Redelivery<MessagesUpsert> redelivery,
            MessageTracer tracer,
            Executor executor) {
        this.inbox = requireNonNull(inbox, "inbox");
        this.cursor = requireNonNull(cursor, "cursor");
        this.listeners = requireNonNull(listeners, "listeners");
        this.redelivery = requireNonNull(redelivery, "redelivery");
        this.tracer = requireNonNull(tracer, "tracer");
        this.executor = requireNonNull(executor, "executor");
    }

    /** There may be something to hand out, or somebody to take it. Returns at once. */
    void wake() {
        synchronized (this) {
            if (closed) {
                return;
            }
            if (busy) {
                wokenMeanwhile = true;
                return;
            }
            busy = true;
        }
        start(this::next);
    }

    /**
     * Hands nothing out any more.
     *
     * @return completes when the listeners have returned that have messages in hand, and that is on record
     */
    CompletableFuture<Void> close() {
        synchronized (this) {
            closed = true;
            if (busy) {
                return idle.copy();
            }
        }
        idle.complete(null);
        return idle.copy();
    }

    private void next() {
        try {
            if (!isClosed() && listeners.isListenedTo(Events.MESSAGES_UPSERT)) {
                // Who waits for one message gets one: the others are for whoever listens next.
                InboxBatch batch =
                        inbox.read(cursor, listeners.isAwaited(Events.MESSAGES_UPSERT) ? 1 : InboxBatch.MOST);
                if (!batch.isEmpty()) {
                    handOut(batch);
                    return;
                }
            }
        } catch (RuntimeException e) {
            LOG.error("Could not read the inbox; the next message tries again", e);
        }
        rest();
    }

    private void handOut(InboxBatch batch) {
        if (batch.messages().isEmpty()) {
            consumed(batch);
            return;
        }
        listeners
                .deliver(Events.MESSAGES_UPSERT, batch.upsert(), redelivery)
                .thenAccept(reception -> start(() -> {
                    if (reception == Reception.HEARD) {
                        consumed(batch);
                    } else {
                        rest();
                    }
                }));
    }

    private void consumed(InboxBatch batch) {
        try {
            inbox.consumed(cursor, batch);
        } catch (RuntimeException e) {
            LOG.warn(
                    "Could not note that {} messages were handled; they may be delivered again at the next start",
                    batch.messages().size(),
                    e);
        }
        batch.messages().forEach(message -> tracer.delivered(message.key().id()));
        if (isClosed()) {
            rest();
        } else {
            next();
        }
    }

    private void rest() {
        synchronized (this) {
            if (!wokenMeanwhile || closed) {
                busy = false;
                if (closed) {
                    idle.complete(null);
                }
                return;
            }
            wokenMeanwhile = false;
        }
        start(this::next);
    }

    private void start(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            // Shutting down: the entries wait for the next start.
            synchronized (this) {
                closed = true;
                busy = false;
            }
            idle.complete(null);
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }
}
