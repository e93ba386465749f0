package dev.waxwing.internal.stream;

import java.time.Duration;

/** Where the stream stands. Closed is final; any other may follow any. */
public sealed interface StreamState {

    /**
     * Connecting, shaking hands, or waiting for the server's first stanza.
     *
     * @param attempt 1 for the first try since the stream was last open, then 2…
     */
    record Connecting(int attempt) implements StreamState {}

    /** Connected without an account: the server offers to pair. */
    record Pairing() implements StreamState {}

    /** The server accepted the login; the login hooks run. */
    record LoggedIn() implements StreamState {}

    /** Logged in, active, and ready for use. */
    record Open() implements StreamState {}

    /**
     * Not connected; the next try comes by itself.
     *
     * @param reason why the last connection ended
     * @param delay time until the next try, zero for "at once"
     */
    record Waiting(DisconnectReason reason, Duration delay) implements StreamState {}

    /**
     * Ended for good.
     *
     * @param reason why
     */
    record Closed(DisconnectReason reason) implements StreamState {}
}
