package dev.waxwing;

import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.ConnectionUpdate.PendingNotifications;
import dev.waxwing.event.ConnectionUpdate.State;
import dev.waxwing.event.Events;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.stream.DisconnectReason;
import java.time.Duration;
import java.util.Optional;
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
        publish(new ConnectionUpdate(
                State.PAIRING, Optional.of(qr), Optional.empty(), Optional.empty(), false, Optional.empty(), false));
    }

    void open() {
        publish(new ConnectionUpdate(
                State.OPEN, Optional.empty(), Optional.empty(), Optional.empty(), newLogin, Optional.empty(), false));
        newLogin = false;
    }

    /** What waited while this device was offline is announced. */
    void pending(PendingNotifications pending) {
        publish(new ConnectionUpdate(
                state, Optional.empty(), Optional.empty(), Optional.empty(), false, Optional.of(pending), false));
    }

    /** What waited while this device was offline has all come. */
    void caughtUp() {
        publish(new ConnectionUpdate(
                State.OPEN, Optional.empty(), Optional.empty(), Optional.empty(), false, Optional.empty(), true));
    }

    void reconnecting(DisconnectReason reason, Duration delay) {
        publish(new ConnectionUpdate(
                State.RECONNECTING,
                Optional.empty(),
                Optional.of(reason.error()),
                Optional.of(delay),
                false,
                Optional.empty(),
                false));
    }

    /** Completes when every listener has heard it. */
    CompletableFuture<Void> closed(DisconnectReason reason) {
        return publish(new ConnectionUpdate(
                State.CLOSED,
                Optional.empty(),
                Optional.of(reason.error()),
                Optional.empty(),
                false,
                Optional.empty(),
                false));
    }

    private CompletableFuture<Void> publish(ConnectionUpdate update) {
        state = update.state();
        return events.publish(Events.CONNECTION_UPDATE, update);
    }
}
