package dev.waxwing.internal.runtime;

import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.ConnectionUpdate.PendingNotifications;
import dev.waxwing.event.ConnectionUpdate.State;
import dev.waxwing.event.Events;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.stream.DisconnectReason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Publishes {@code connection.update}, and knows the state that it told last. Thread-safe. */
final class ConnectionEvents {

    private final EventDispatcher events;
    private volatile State state = State.CONNECTING;
    private volatile boolean newLogin;

    ConnectionEvents(EventDispatcher events) {
        this.events = events;
    }

    State state() {
        return state;
    }

    /** This device was linked: the next opening is that of a new login. */
    void linked() {
        newLogin = true;
    }

    void connecting() {
        publish(ConnectionUpdate.of(State.CONNECTING));
    }

    void pairing() {
        publish(ConnectionUpdate.of(State.PAIRING));
    }

    void qr(String qr) {
        publish(ConnectionUpdate.builder(State.PAIRING).qr(qr).build());
    }

    void open() {
        publish(ConnectionUpdate.builder(State.OPEN).newLogin(newLogin).build());
        newLogin = false;
    }

    /** What waited while this device was offline is announced. */
    void pending(PendingNotifications pending) {
        publish(ConnectionUpdate.builder(state).pendingNotifications(pending).build());
    }

    /**
     * What waited while this device was offline has all come. The state stays as it is: a server may say so before the
     * login is done, and the socket is not open then.
     */
    void caughtUp() {
        publish(ConnectionUpdate.builder(state)
                .receivedPendingNotifications(true)
                .build());
    }

    void reconnecting(DisconnectReason reason, Duration delay) {
        publish(ConnectionUpdate.builder(State.RECONNECTING)
                .reason(reason.error())
                .reconnectIn(delay)
                .build());
    }

    /** Completes when every listener has heard it. */
    CompletableFuture<Void> closed(DisconnectReason reason) {
        return publish(
                ConnectionUpdate.builder(State.CLOSED).reason(reason.error()).build());
    }

    private CompletableFuture<Void> publish(ConnectionUpdate update) {
        state = update.state();
        return events.publish(Events.CONNECTION_UPDATE, update);
    }
}
