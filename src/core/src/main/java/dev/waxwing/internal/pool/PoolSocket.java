package dev.waxwing.internal.pool;

import dev.waxwing.model.Jid;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * What a pool needs of a socket.
 *
 * @param <M> a message, with whatever is needed to send it
 */
public interface PoolSocket<M> {

    /**
     * Whether it is logged in now.
     *
     * @return true if messages flow
     */
    boolean isOpen();

    /**
     * Sends a message. Returns at once.
     *
     * @param message what to send
     * @return the message on its way
     */
    GivenMessage send(M message);

    /**
     * Whether the socket's store holds a message of this id, sent or to be sent.
     *
     * @param messageId the id that the application chose
     * @return the answer; fails if the store cannot be read
     */
    CompletableFuture<Boolean> knows(String messageId);

    /**
     * The addresses that this account knows to be the same chat.
     *
     * @param chat an address without a device
     * @return other forms of it, perhaps itself too; may be empty
     */
    CompletableFuture<Set<Jid>> namesOf(Jid chat);
}
