package dev.waxwing.internal.pool;

import dev.waxwing.model.Jid;
import dev.waxwing.model.SentMessage;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A message and the future that the application has of it. It waits in the pool until it is given to a socket, and
 * comes back from there only if it is surely not stored.
 *
 * <p>What is marked so belongs to the pool's lane; the rest may be called by any thread.
 */
final class PooledMessage<M> implements GivenMessage {

    private final CompletableFuture<SentMessage> result = new CompletableFuture<>();
    private final AtomicInteger waiting;

    /** Guarded by this. */
    private boolean counted = true;

    /** Guarded by this. */
    private boolean withdrawn;

    /** Guarded by this: what a socket made of it, while it has it. */
    private @Nullable GivenMessage given;

    /** The order of the calls. */
    final long sequence;

    final Jid to;
    final @Nullable String chosenId;
    final M content;

    /** When the call was made. */
    final long calledAt;

    /** Sockets that handed it back. Lane. */
    final Set<Member<M>> tried = new HashSet<>();

    /** Why the last socket handed it back. Lane. */
    @Nullable
    Throwable lastFailure;

    /** The only socket that may have it, since that one knows its id. Lane. */
    @Nullable
    Member<M> boundTo;

    /** Whose turn it has, while it waits for that socket or is with it. Lane. */
    @Nullable
    Member<M> member;

    /** What it must be in order with, for a pool that keeps chats together. Lane. */
    @Nullable
    Chat<M> chat;

    /**
     * @param waiting counts the messages that wait in the pool, this one included
     */
    PooledMessage(long sequence, Jid to, @Nullable String chosenId, M content, long calledAt, AtomicInteger waiting) {
        this.sequence = sequence;
        this.to = to;
        this.chosenId = chosenId;
        this.content = content;
        this.calledAt = calledAt;
        this.waiting = waiting;
    }

    @Override
    public CompletableFuture<SentMessage> result() {
        return result;
    }

    /** For a batch that is stopped: drops the message if no socket has stored it. */
    @Override
    public boolean withdraw() {
        GivenMessage taken;
        synchronized (this) {
            taken = given;
            if (taken == null) {
                withdrawn = true;
                leave();
            }
        }
        if (taken != null && !taken.withdraw()) {
            return false;
        }
        synchronized (this) {
            withdrawn = true;
            leave();
        }
        result.cancel(false);
        return true;
    }

    boolean isWanted() {
        synchronized (this) {
            if (withdrawn) {
                return false;
            }
        }
        return !result.isDone();
    }

    /** A socket takes it. Answers false if nobody wants it any more; then take it back from that socket. */
    synchronized boolean give(GivenMessage taken) {
        if (withdrawn) {
            return false;
        }
        given = taken;
        leave();
        return true;
    }

    /** Whether it is with a socket, as this. */
    synchronized boolean isGivenAs(GivenMessage taken) {
        return given == taken;
    }

    /** The socket cannot or need not send it: it waits in the pool again, if it is surely not stored. */
    boolean takeBack() {
        GivenMessage taken;
        synchronized (this) {
            taken = given;
        }
        if (taken == null || !taken.withdraw()) {
            return false;
        }
        synchronized (this) {
            given = null;
            if (!counted && !withdrawn) {
                counted = true;
                waiting.incrementAndGet();
            }
        }
        return true;
    }

    /**
     * The application has cancelled the future: a socket that has the message drops it, if it is not stored.
     *
     * @return whether a socket has it
     */
    boolean cancelled() {
        GivenMessage taken;
        synchronized (this) {
            withdrawn = true;
            taken = given;
            leave();
        }
        if (taken == null) {
            return false;
        }
        taken.withdraw();
        return true;
    }

    /** It does not wait in the pool any more. */
    synchronized void leave() {
        if (counted) {
            counted = false;
            waiting.decrementAndGet();
        }
    }
}
