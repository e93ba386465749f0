package dev.waxwing.internal.stream;

import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.binary.Node;

/**
 * Told what happens to the stream. Every method is called on the event loop and must not block; what it throws is
 * logged.
 */
public interface StreamListener {

    /**
     * The state changed.
     *
     * @param state the new state
     */
    default void stateChanged(StreamState state) {}

    /**
     * The server accepted a login; comes before {@link StreamState.LoggedIn}.
     *
     * @param success the stanza: {@code lid} is the account's own LID with device, {@code t} the server's time in
     *     seconds
     */
    default void loggedIn(Node success) {}

    /**
     * The server gave a routing blob for the next connection.
     *
     * @param routingInfo the blob, not empty
     */
    default void edgeRouting(byte[] routingInfo) {}

    /**
     * The server announced what waited while the device was offline.
     *
     * @param preview the {@code offline_preview} child with its counts
     */
    default void offlinePreview(Node preview) {}

    /**
     * All that waited has been delivered (or nothing came for a minute). Called once per connection.
     *
     * @param count how many stanzas the server says it delivered, 0 if it did not say
     */
    default void offlineFinished(int count) {}

    /**
     * A stanza was refused for what it says: nothing of it was taken, and it will not come again.
     *
     * @param stanza what came
     * @param reason why
     */
    default void refused(Node stanza, WaxwingException reason) {}
}
