package dev.waxwing.event;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.WaxwingException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A change of the connection. A later version may add parts, so updates are made by {@link #of} or {@link #builder}.
 */
public final class ConnectionUpdate {

    private final State state;
    private final @Nullable String qr;
    private final @Nullable WaxwingException reason;
    private final @Nullable Duration reconnectIn;
    private final boolean newLogin;
    private final @Nullable PendingNotifications pendingNotifications;
    private final boolean receivedPendingNotifications;

    private ConnectionUpdate(Builder parts) {
        state = parts.state;
        qr = parts.qr;
        reason = parts.reason;
        reconnectIn = parts.reconnectIn;
        newLogin = parts.newLogin;
        pendingNotifications = parts.pendingNotifications;
        receivedPendingNotifications = parts.receivedPendingNotifications;
    }

    /**
     * An update that carries only a state.
     *
     * @param state the state now
     * @return the update
     */
    public static ConnectionUpdate of(State state) {
        return builder(state).build();
    }

    /**
     * Starts an update that carries only a state.
     *
     * @param state the state now
     * @return a new builder
     */
    public static Builder builder(State state) {
        return new Builder(state);
    }

    /**
     * Starts an update from this one.
     *
     * @return a new builder with the parts of this update
     */
    public Builder toBuilder() {
        return new Builder(state)
                .qr(qr)
                .reason(reason)
                .reconnectIn(reconnectIn)
                .newLogin(newLogin)
                .pendingNotifications(pendingNotifications)
                .receivedPendingNotifications(receivedPendingNotifications);
    }

    /**
     * The state now.
     *
     * @return the state
     */
    public State state() {
        return state;
    }

    /**
     * Text of the QR code to show.
     *
     * @return present while linking each time a new code is due (state {@link State#PAIRING})
     */
    public Optional<String> qr() {
        return Optional.ofNullable(qr);
    }

    /**
     * Why the connection ended.
     *
     * @return present in state {@link State#CLOSED} and when a reconnect follows a failure
     */
    public Optional<WaxwingException> reason() {
        return Optional.ofNullable(reason);
    }

    /**
     * The time until the next attempt.
     *
     * @return present when one is scheduled
     */
    public Optional<Duration> reconnectIn() {
        return Optional.ofNullable(reconnectIn);
    }

    /**
     * Whether the account was linked just before this login.
     *
     * @return true if it was
     */
    public boolean newLogin() {
        return newLogin;
    }

    /**
     * What waited on the server while this device was away.
     *
     * @return present once after a login, before the first of it arrives; never if nothing waited
     */
    public Optional<PendingNotifications> pendingNotifications() {
        return Optional.ofNullable(pendingNotifications);
    }

    /**
     * Whether the backlog that waited on the server was delivered.
     *
     * @return true in the one update that says so
     */
    public boolean receivedPendingNotifications() {
        return receivedPendingNotifications;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConnectionUpdate update
                && state == update.state
                && Objects.equals(qr, update.qr)
                && Objects.equals(reason, update.reason)
                && Objects.equals(reconnectIn, update.reconnectIn)
                && newLogin == update.newLogin
                && Objects.equals(pendingNotifications, update.pendingNotifications)
                && receivedPendingNotifications == update.receivedPendingNotifications;
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                state, qr, reason, reconnectIn, newLogin, pendingNotifications, receivedPendingNotifications);
    }

    /** Shows the state and what else is present; of a QR code, which holds keys, only that there is one. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("ConnectionUpdate[").append(state);
        if (qr != null) {
            text.append(", qr");
        }
        reason().ifPresent(why -> text.append(", reason=").append(why));
        reconnectIn().ifPresent(delay -> text.append(", reconnectIn=").append(delay));
        if (newLogin) {
            text.append(", newLogin");
        }
        pendingNotifications().ifPresent(pending -> text.append(", ").append(pending));
        if (receivedPendingNotifications) {
            text.append(", receivedPendingNotifications");
        }
        return text.append(']').toString();
    }

    /** States of a connection, in the order in which a healthy one passes them. */
    public enum State {
        /** Opening the transport or shaking hands. */
        CONNECTING,
        /** Connected without credentials of an account; waiting for a phone to link. */
        PAIRING,
        /** Logged in: messages flow. */
        OPEN,
        /** Down; another attempt follows after {@link ConnectionUpdate#reconnectIn}. */
        RECONNECTING,
        /** Down for good: closed by the application, logged out, replaced, or refused. */
        CLOSED
    }

    /**
     * What the server says that waited, in stanzas; a message to this device is one. Good for a progress bar, not for
     * an account: the server may deliver more or fewer. Fields as the server's {@code offline_preview} has them
     * (whatsmeow {@code OfflineSyncPreview}); a count that it leaves out is 0.
     *
     * @param total all of them
     * @param messages messages
     * @param receipts receipts
     * @param notifications notifications
     * @param calls calls
     * @param appDataChanges changes of the account's app state
     */
    public record PendingNotifications(
            int total, int messages, int receipts, int notifications, int calls, int appDataChanges) {}

    /** Collects the parts of an update; beside the state each is absent by default. Not thread-safe. */
    public static final class Builder {

        private final State state;
        private @Nullable String qr;
        private @Nullable WaxwingException reason;
        private @Nullable Duration reconnectIn;
        private boolean newLogin;
        private @Nullable PendingNotifications pendingNotifications;
        private boolean receivedPendingNotifications;

        private Builder(State state) {
            this.state = requireNonNull(state, "state");
        }

        /**
         * Text of the QR code to show.
         *
         * @param qr the text, or null for none
         * @return this builder
         */
        public Builder qr(@Nullable String qr) {
            this.qr = qr;
            return this;
        }

        /**
         * Why the connection ended.
         *
         * @param reason the reason, or null for none
         * @return this builder
         */
        public Builder reason(@Nullable WaxwingException reason) {
            this.reason = reason;
            return this;
        }

        /**
         * The time until the next attempt.
         *
         * @param delay the time, or null if none is scheduled
         * @return this builder
         */
        public Builder reconnectIn(@Nullable Duration delay) {
            this.reconnectIn = delay;
            return this;
        }

        /**
         * Whether the account was linked just before this login.
         *
         * @param newLogin true if it was
         * @return this builder
         */
        public Builder newLogin(boolean newLogin) {
            this.newLogin = newLogin;
            return this;
        }

        /**
         * What waited on the server while this device was away.
         *
         * @param pending the counts, or null for none
         * @return this builder
         */
        public Builder pendingNotifications(@Nullable PendingNotifications pending) {
            this.pendingNotifications = pending;
            return this;
        }

        /**
         * Whether the backlog that waited on the server was delivered.
         *
         * @param received true if it was
         * @return this builder
         */
        public Builder receivedPendingNotifications(boolean received) {
            this.receivedPendingNotifications = received;
            return this;
        }

        /**
         * Makes the update.
         *
         * @return the update
         */
        public ConnectionUpdate build() {
            return new ConnectionUpdate(this);
        }
    }
}
