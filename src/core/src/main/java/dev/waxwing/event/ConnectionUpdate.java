package dev.waxwing.event;

import dev.waxwing.error.WaxwingException;
import java.time.Duration;
import java.util.Optional;

/**
 * A change of the connection.
 *
 * @param state the state now
 * @param qr text of the QR code to show, present while linking each time a new code is due (state {@link State#PAIRING})
 * @param reason why the connection ended, present in state {@link State#CLOSED} and when a reconnect follows a failure
 * @param reconnectIn time until the next attempt, present when one is scheduled
 * @param newLogin true if the account was linked just before this login
 * @param pendingNotifications what waited on the server while this device was away, present once after a login, before the first of it
 *     arrives; never if nothing waited
 * @param receivedPendingNotifications true once the backlog that waited on the server was delivered
 */
public record ConnectionUpdate(
        State state,
        Optional<String> qr,
        Optional<WaxwingException> reason,
        Optional<Duration> reconnectIn,
        boolean newLogin,
        Optional<PendingNotifications> pendingNotifications,
        boolean receivedPendingNotifications) {

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
     * What the server says that waited, in stanzas; a message to this device is one. Good for a progress bar, not for an account: the server may
     * deliver more or fewer. Fields as the server's {@code offline_preview} has them (whatsmeow {@code OfflineSyncPreview}); a count that it
     * leaves out is 0.
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

    /**
     * An update that carries only a state.
     *
     * @param state the state now
     * @return the update
     */
    public static ConnectionUpdate of(State state) {
        return new ConnectionUpdate(
                state, Optional.empty(), Optional.empty(), Optional.empty(), false, Optional.empty(), false);
    }
}
