package dev.waxwing.internal.message;

import dev.waxwing.model.SentMessage;
import java.util.concurrent.CompletableFuture;

/** A message that is being sent. Safe for use by several threads. */
public interface SendInProgress {

    /**
     * What becomes of it.
     *
     * @return completes when the server acknowledged it; see {@code Socket.sendMessage}
     */
    CompletableFuture<SentMessage> result();

    /**
     * Takes the message back if it is surely not stored: then it is not sent, and {@link #result} is cancelled unless
     * it has failed already. After a failure this tells whether the message is surely not stored.
     *
     * @return false if it is stored or may be
     */
    boolean withdraw();
}
