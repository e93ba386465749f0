package dev.waxwing;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.WaxwingException;
import dev.waxwing.event.EventKey;
import dev.waxwing.event.Subscription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of all sockets of a pool, each with the socket that it came from. What {@link dev.waxwing.event.EventBus}
 * promises for one socket holds for each: one call at a time and in order within a socket, but sockets call in
 * parallel, so a listener must be thread-safe. Safe for use by several threads.
 */
public final class PoolEvents {

    private static final Logger LOG = LoggerFactory.getLogger(PoolEvents.class);

    private final List<Listening<?>> listenings = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();
    private final List<BiConsumer<? super Socket, ? super WaxwingException>> endListeners =
            new CopyOnWriteArrayList<>();

    PoolEvents() {}

    /**
     * Calls {@code listener} for every later event of {@code key} of every socket that is in the pool or joins it, for
     * as long as it is.
     *
     * @param key the kind of event, one of {@link dev.waxwing.event.Events}
     * @param listener called with the socket and the payload; one that throws on {@code messages.upsert} is called
     *     again, as for one socket
     * @param <T> the payload's type
     * @return the subscription, for all sockets
     */
    public <T> Subscription on(EventKey<T> key, BiConsumer<? super Socket, ? super T> listener) {
        Listening<T> listening = new Listening<>(requireNonNull(key, "key"), requireNonNull(listener, "listener"));
        synchronized (listenings) {
            listenings.add(listening);
            sockets.forEach(listening::listenTo);
        }
        return () -> {
            synchronized (listenings) {
                listenings.remove(listening);
                listening.close();
            }
        };
    }

    /**
     * Calls {@code listener} when a socket has ended for good and has left the pool: logged out, replaced, refused, or
     * closed by somebody else than the pool.
     *
     * @param listener called with the socket and why it ended
     * @return the subscription
     */
    public Subscription onSocketEnded(BiConsumer<? super Socket, ? super WaxwingException> listener) {
        requireNonNull(listener, "listener");
        endListeners.add(listener);
        return () -> endListeners.remove(listener);
    }

    void joined(Socket socket) {
        synchronized (listenings) {
            sockets.add(socket);
            listenings.forEach(listening -> listening.listenTo(socket));
        }
    }

    void left(Socket socket) {
        synchronized (listenings) {
            sockets.removeIf(other -> other == socket);
            listenings.forEach(listening -> listening.stopListeningTo(socket));
        }
    }

    void ended(Socket socket, WaxwingException reason) {
        for (BiConsumer<? super Socket, ? super WaxwingException> listener : endListeners) {
            try {
                listener.accept(socket, reason);
            } catch (RuntimeException e) {
                LOG.warn("A listener of a pool threw when a socket ended; it stays subscribed", e);
            }
        }
    }

    /** One listener, with its place on the bus of each socket. */
    private static final class Listening<T> {

        private final EventKey<T> key;
        private final BiConsumer<? super Socket, ? super T> listener;
        private final Map<Socket, Subscription> subscriptions = new HashMap<>();

        Listening(EventKey<T> key, BiConsumer<? super Socket, ? super T> listener) {
            this.key = key;
            this.listener = listener;
        }

        void listenTo(Socket socket) {
            subscriptions.put(socket, socket.ev().on(key, payload -> listener.accept(socket, payload)));
        }

        void stopListeningTo(Socket socket) {
            Subscription subscription = subscriptions.remove(socket);
            if (subscription != null) {
                subscription.close();
            }
        }

        void close() {
            subscriptions.values().forEach(Subscription::close);
            subscriptions.clear();
        }
    }
}
