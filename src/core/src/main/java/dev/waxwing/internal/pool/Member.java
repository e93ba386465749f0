package dev.waxwing.internal.pool;

import dev.waxwing.scaling.Pacing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A socket's place in a pool. The counts may be read by any thread; all else belongs to the lane.
 *
 * @param <M> a message
 */
public final class Member<M> {

    private final PoolSocket<M> socket;
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final Set<PooledMessage<M>> given = new LinkedHashSet<>();
    private boolean left;

    final TokenBucket bucket;

    /** Messages that no other socket may have, in the order of the calls. */
    final TreeSet<PooledMessage<M>> own = new TreeSet<>(Comparator.comparingLong(message -> message.sequence));

    /** When it last got a message, counted in messages of the pool. */
    long lastTurn;

    /** How many messages it was given, as its share counts: see {@link MessagePool#CATCH_UP}. */
    long share;

    /** How many chats it keeps. */
    int chats;

    /** Whether it is not open. */
    boolean isDown;

    /**
     * Whether a message failed because the socket has ended; until that is heard, or it opens anew, it counts as down.
     */
    boolean isEnding;

    /** Since when it is not open. */
    long downSince;

    Member(PoolSocket<M> socket, Pacing pacing) {
        this.socket = socket;
        bucket = new TokenBucket(pacing);
    }

    /**
     * Messages that are with this socket and not acknowledged, and those that wait for their turn with it.
     *
     * @return the number now
     */
    public int pending() {
        return pending.get();
    }

    /**
     * Messages of the pool that this socket has sent and the server has acknowledged.
     *
     * @return the number since it joined
     */
    public long sent() {
        return sent.get();
    }

    /**
     * Messages of the pool that failed with this socket.
     *
     * @return the number since it joined
     */
    public long failed() {
        return failed.get();
    }

    PoolSocket<M> socket() {
        return socket;
    }

    /** Whether it has left the pool. */
    boolean hasLeft() {
        return left;
    }

    void leave() {
        left = true;
    }

    void wait(PooledMessage<M> message) {
        message.member = this;
        if (own.add(message)) {
            pending.incrementAndGet();
        }
    }

    void drop(PooledMessage<M> message) {
        if (own.remove(message)) {
            pending.decrementAndGet();
        }
    }

    void gave(PooledMessage<M> message) {
        message.member = this;
        if (given.add(message)) {
            pending.incrementAndGet();
            share++;
        }
    }

    /** Before the application hears of it, so that its stats are those that it expects. Any thread. */
    void countSent() {
        sent.incrementAndGet();
        pending.decrementAndGet();
    }

    /** It was sent and counted. */
    void acknowledged(PooledMessage<M> message) {
        given.remove(message);
    }

    void refused(PooledMessage<M> message) {
        ended(message);
        failed.incrementAndGet();
    }

    void ended(PooledMessage<M> message) {
        if (given.remove(message)) {
            pending.decrementAndGet();
        }
    }

    /** It has not stored it and will not send it. */
    void gaveBack(PooledMessage<M> message) {
        if (given.contains(message)) {
            share--;
        }
        ended(message);
    }

    /** Those that are with the socket, in the order in which it got them. */
    List<PooledMessage<M>> given() {
        return new ArrayList<>(given);
    }
}
