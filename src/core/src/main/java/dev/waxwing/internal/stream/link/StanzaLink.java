package dev.waxwing.internal.stream.link;

import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.binary.Node;
import java.util.concurrent.CompletableFuture;

/**
 * One connection after its handshake, as it carries stanzas. Event loop only; what it calls back comes on the event
 * loop too.
 */
public interface StanzaLink {

    /**
     * Completes when written to the socket, or fails with the reason the connection ended for.
     *
     * @param stanza what to send
     * @return completes when it is written
     */
    CompletableFuture<Void> send(Node stanza);

    /**
     * Stops or resumes reading from the socket.
     *
     * @param on false to stop
     */
    void reading(boolean on);

    /** Closes in order and within a bound. */
    void close();

    /**
     * Closes at once.
     *
     * @param reason what those who wait are told
     */
    void abort(WaxwingException reason);

    /** What a connection tells. */
    interface Receiver {

        /**
         * A stanza came.
         *
         * @param stanza what came
         */
        void onStanza(Node stanza);

        /**
         * The connection is gone; comes once, after the link was handed out.
         *
         * @param reason why
         */
        void onClosed(WaxwingException reason);
    }
}
