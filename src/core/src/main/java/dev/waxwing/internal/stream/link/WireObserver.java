package dev.waxwing.internal.stream.link;

import dev.waxwing.internal.binary.Node;

/**
 * Told when each stanza passed the layers below the stream, for measuring. Called on the event loop; must not block.
 * All times are those of {@link #nanoTime()}.
 */
public interface WireObserver {

    /**
     * The clock to measure by.
     *
     * @return nanoseconds from anywhere
     */
    long nanoTime();

    /**
     * A stanza was written.
     *
     * @param stanza the stanza
     * @param encodedNanos when it had its binary form
     * @param sealedNanos when it was encrypted
     * @param writtenNanos when the socket had taken it
     */
    void written(Node stanza, long encodedNanos, long sealedNanos, long writtenNanos);

    /**
     * A stanza was read; it is handed to its area next.
     *
     * @param stanza the stanza
     * @param arrivedNanos when its last bytes came from the WebSocket
     * @param framedNanos when its frame was complete
     * @param openedNanos when it was decrypted
     * @param decodedNanos when it was a node
     */
    void read(Node stanza, long arrivedNanos, long framedNanos, long openedNanos, long decodedNanos);
}
