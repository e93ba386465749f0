package dev.waxwing.internal.inbox;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.StoreFailedException;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessagesUpsert;
import dev.waxwing.event.Subscription;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.threads.LoopTimer;
import dev.waxwing.internal.trace.MessageTracer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who takes messages from the inbox: the listeners on the event bus, and those with a cursor of their own. */
public final class MessageListeners {

    private static final Logger LOG = LoggerFactory.getLogger(MessageListeners.class);
    private static final int MAX_CURSOR_CHARS = 64;

    private final Inbox inbox;
    private final MessageRedelivery redelivery;
    private final MessageTracer tracer;
    private final Executor executor;
    private final Executor listenerExecutor;
    private final LoopTimer timer;
    private final InboxReader bus;

    /** The readers of named cursors, also of those that are ending. Guarded by itself. */
    private final Map<String, Named> named = new HashMap<>();

    private boolean closed;

    /**
     * Creates the listeners of an account.
     *
     * @param inbox what waits for the application
     * @param events where messages are published
     * @param tracer measures the steps of a message
     * @param executor reads the inbox
     * @param listenerExecutor runs listeners
     * @param timer the account's timer
     * @param pauses see {@link MessageRedelivery}
     */
    public MessageListeners(
            Inbox inbox,
            EventDispatcher events,
            MessageTracer tracer,
            Executor executor,
            Executor listenerExecutor,
            LoopTimer timer,
            IntFunction<Optional<Duration>> pauses) {
        this.inbox = requireNonNull(inbox, "inbox");
        this.redelivery = new MessageRedelivery(events, pauses);
        this.tracer = requireNonNull(tracer, "tracer");
        this.executor = requireNonNull(executor, "executor");
        this.listenerExecutor = requireNonNull(listenerExecutor, "listenerExecutor");
        this.timer = requireNonNull(timer, "timer");
        this.bus = new InboxReader(inbox, Inbox.BUS, events, redelivery, tracer, executor);
        events.whenSubscribed(() -> subscribed(events));
    }

    private void subscribed(EventDispatcher events) {
        if (!events.isListenedTo(Events.MESSAGES_UPSERT)) {
            return;
        }
        try {
            // At once, for what arrives next is for this listener. The store is asked only the first time ever.
            inbox.open(Inbox.BUS);
        } catch (StoreFailedException e) {
            LOG.error("Could not note that somebody listens to messages; the next message tries again", e);
        }
        bus.wake();
    }

    /** Messages have come. Returns at once. */
    public void wake() {
        bus.wake();
        readers().forEach(Named::wake);
    }

    /**
     * Listens with a cursor.
     *
     * @param cursor the cursor's name
     * @param listener called with each batch
     * @return the subscription
     * @throws IllegalArgumentException if the name is not one
     * @throws IllegalStateException if somebody listens with it already, or the socket is closed
     * @throws StoreFailedException if the cursor cannot be stored
     */
    public Subscription listen(String cursor, Consumer<? super MessagesUpsert> listener) {
        requireCursor(cursor);
        requireNonNull(listener, "listener");
        EventDispatcher lane = new EventDispatcher(listenerExecutor, timer);
        Named reader = new Named(new InboxReader(inbox, cursor, lane, redelivery, tracer, executor), lane);
        CompletableFuture<Void> before;
        synchronized (named) {
            if (closed) {
                throw new IllegalStateException("the socket is closed");
            }
            Named present = named.get(cursor);
            if (present != null && !present.ending) {
                throw new IllegalStateException("somebody listens with cursor '" + cursor + "' already");
            }
            named.put(cursor, reader);
            before = present == null ? CompletableFuture.completedFuture(null) : present.ended;
        }
        try {
            inbox.open(cursor);
        } catch (RuntimeException e) {
            end(cursor, reader);
            throw e;
        }
        lane.on(Events.MESSAGES_UPSERT, listener);
        // What the listener before has in hand is not for this one.
        before.thenRun(reader::begin);
        return () -> end(cursor, reader);
    }

    /**
     * Forgets a cursor.
     *
     * @param cursor the cursor's name
     * @return whether it was known
     * @throws IllegalStateException if somebody listens with it
     */
    public boolean forget(String cursor) {
        requireCursor(cursor);
        synchronized (named) {
            if (named.containsKey(cursor)) {
                throw new IllegalStateException("somebody listens with cursor '" + cursor + "': close that first");
            }
        }
        return inbox.forget(cursor);
    }

    /**
     * Hands nothing out any more.
     *
     * @return completes when the listeners have returned that have messages in hand, and that is on record
     */
    public CompletableFuture<Void> close() {
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        ends.add(bus.close());
        synchronized (named) {
            closed = true;
        }
        readers().forEach(reader -> ends.add(reader.close()));
        return CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new));
    }

    private void end(String cursor, Named reader) {
        synchronized (named) {
            reader.ending = true;
        }
        reader.close().whenComplete((done, never) -> {
            synchronized (named) {
                named.remove(cursor, reader);
            }
        });
    }

    private List<Named> readers() {
        synchronized (named) {
            return List.copyOf(named.values());
        }
    }

    private static void requireCursor(String cursor) {
        boolean fits = !cursor.isEmpty()
                && cursor.length() <= MAX_CURSOR_CHARS
                && cursor.chars().allMatch(c -> c > ' ' && c <= '~' && c != '/');
        if (!fits) {
            throw new IllegalArgumentException("cursor must be 1 to " + MAX_CURSOR_CHARS
                    + " printable ASCII characters without space and '/' but was '" + cursor + "'");
        }
    }

    private static final class Named {
        private final InboxReader reader;
        private final EventDispatcher lane;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private boolean ending;
        private volatile boolean begun;

        Named(InboxReader reader, EventDispatcher lane) {
            this.reader = reader;
            this.lane = lane;
        }

        void begin() {
            begun = true;
            reader.wake();
        }

        void wake() {
            if (begun) {
                reader.wake();
            }
        }

        CompletableFuture<Void> close() {
            CompletableFuture<Void> idle = reader.close();
            // Whoever has not been called yet is not called any more.
            lane.close();
            return idle.whenComplete((done, never) -> ended.complete(null));
        }
    }
}
