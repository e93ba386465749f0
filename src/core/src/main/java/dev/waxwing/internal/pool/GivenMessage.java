package dev.waxwing.internal.pool;

import dev.waxwing.model.SentMessage;
import java.util.concurrent.CompletableFuture;

/** A message that somebody took to send. Safe for use by several threads. */
public interface GivenMessage {

    /**
     * What becomes of it.
     *
     * @return completes when the server acknowledged it
     */
    CompletableFuture<SentMessage> result();

    /**
     * Takes the message back, if it is not stored: then it is not sent, and {@link #result} is cancelled unless it has
     * failed already. After a failure this tells whether the message is surely not stored.
     *
     * @return true if it will surely not be sent; false if it is stored or being stored
     */
    boolean withdraw();
}
