package dev.waxwing.internal.pool;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ClientOutdatedException;
import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ConnectionReplacedException;
import dev.waxwing.error.LoggedOutException;
import dev.waxwing.error.OutboxFullException;
import dev.waxwing.error.ServerNotTrustedException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.error.TemporarilyBannedException;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.SentMessage;
import dev.waxwing.scaling.Pacing;
import dev.waxwing.scaling.Rotation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Gives each message to one of several sockets.
 *
 * <p>A message goes through three places. {@link Arrivals} asks the sockets what they know of it, if that matters. Then
 * it waits, in the order of the calls: in {@code shared}, from where any open socket may take it, or among the
 * {@code own} messages of one socket, if only that one may have it. Then it is with a socket, and the pool has given it
 * away: it comes back only if that socket says that it is surely not stored, so no message can be sent by two sockets.
 *
 * <p>All of this happens in the pool's lane, one step after another; {@link #pump} looks what can be done whenever
 * something has changed. Nothing in the lane blocks or runs code of the application.
 *
 * @param <M> a message, with whatever is needed to send it
 */
public final class MessagePool<M> {

    private static final int MOST_ADDRESSES = 100_000;
    private static final long NEVER = Long.MAX_VALUE;

    /**
     * How many messages a socket that was down gets before the others get one again: its share evens out, but an
     * account that was away for a day does not send that day's messages alone.
     */
    static final int CATCH_UP = 1_000;

    private final Settings settings;
    private final Executor lane;
    private final Executor completions;
    private final PoolTimer timer;
    private final boolean keepsChats;
    private final Comparator<Member<M>> order;
    private final ChatTable<M> chats = new ChatTable<>(MOST_ADDRESSES);
    private final Arrivals<M> arrivals;
    private final List<Member<M>> members = new ArrayList<>();
    private final TreeSet<PooledMessage<M>> shared =
            new TreeSet<>(Comparator.comparingLong(message -> message.sequence));
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong calls = new AtomicLong();
    private long turns;
    private boolean noneOpen;
    private long noneOpenSince;
    private @Nullable Runnable callOffWake;
    private long wakeAt;
    private boolean pumping;
    private boolean pumpAgain;
    private volatile boolean closed;

    /**
     * How a pool behaves.
     *
     * @param rotation which socket is next
     * @param pacing how fast each socket gets messages
     * @param sendTimeout how long a message waits while no socket that may have it is open
     * @param mostWaiting how many messages may wait in the pool
     */
    public record Settings(Rotation rotation, Pacing pacing, Duration sendTimeout, int mostWaiting) {}

    /**
     * Creates an empty pool.
     *
     * @param settings how it behaves
     * @param lane runs tasks one after another; must never refuse one
     * @param completions completes futures, on which the application hangs what it likes; never the lane itself
     * @param timer gives the time
     */
    public MessagePool(Settings settings, Executor lane, Executor completions, PoolTimer timer) {
        this.settings = requireNonNull(settings, "settings");
        this.lane = requireNonNull(lane, "lane");
        this.completions = requireNonNull(completions, "completions");
        this.timer = requireNonNull(timer, "timer");
        keepsChats = settings.rotation == Rotation.STICKY_PER_CHAT;
        order = TurnOrder.of(settings.rotation);
        arrivals = new Arrivals<>(lane, members, keepsChats ? chats : null, new Arrivals.Exit<>() {
            @Override
            public void arrived(PooledMessage<M> message) {
                place(message);
                pump();
            }

            @Override
            public void failed(PooledMessage<M> message, Throwable reason) {
                fail(message, reason);
            }
        });
    }

    /**
     * Adds a socket. Returns at once.
     *
     * @param socket the socket
     * @return its place
     */
    public Member<M> add(PoolSocket<M> socket) {
        Member<M> member = new Member<>(socket, settings.pacing);
        lane.execute(() -> {
            // What was sent before it came is not for it to catch up.
            member.share = smallestShareOfOthers(member);
            members.add(member);
            pump();
        });
        return member;
    }

    /**
     * Removes a socket that lives on: what waits for it goes to others, what it was given stays with it. Returns at
     * once.
     *
     * @param member its place
     */
    public void remove(Member<M> member) {
        lane.execute(() -> {
            leave(member, leftPool());
            pump();
        });
    }

    /**
     * A socket has ended for good: what waits for it, and what it had not stored, goes to others. Returns at once.
     *
     * @param member its place
     * @param reason why it ended
     */
    public void ended(Member<M> member, Throwable reason) {
        lane.execute(() -> {
            takeBack(member);
            leave(member, reason);
            pump();
        });
    }

    /** A socket may have opened or gone down. Returns at once. */
    public void changed() {
        lane.execute(this::pump);
    }

    /**
     * Sends a message. Returns at once.
     *
     * @param to the chat
     * @param chosenId the id that the application chose; null for a new one
     * @param content what to send, to be given to a socket
     * @return the message on its way. Its future is not for the application: it completes on whatever thread knows
     */
    public GivenMessage send(Jid to, @Nullable String chosenId, M content) {
        PooledMessage<M> message =
                new PooledMessage<>(calls.incrementAndGet(), to.person(), chosenId, content, timer.nanoTime(), waiting);
        if (waiting.incrementAndGet() > settings.mostWaiting) {
            message.leave();
            message.result().completeExceptionally(new OutboxFullException(settings.mostWaiting));
            return message;
        }
        message.result().whenComplete((sent, failure) -> {
            if (message.result().isCancelled()) {
                lane.execute(() -> cancelled(message));
            }
        });
        lane.execute(() -> {
            if (closed) {
                fail(message, closedPool());
            } else {
                arrivals.add(message);
            }
        });
        return message;
    }

    /** Ends the pool: what waits in it fails. What sockets were given stays with them. Returns at once. */
    public void close() {
        lane.execute(() -> {
            closed = true;
            callOff();
            arrivals.close(closedPool());
            List.copyOf(members).forEach(member -> leave(member, closedPool()));
            List<PooledMessage<M>> left = List.copyOf(shared);
            shared.clear();
            left.forEach(message -> fail(message, closedPool()));
        });
    }

    /** Puts a message where it waits. */
    private void place(PooledMessage<M> message) {
        Member<M> bound = message.boundTo;
        if (bound == null) {
            message.member = null;
            shared.add(message);
        } else if (bound.hasLeft()) {
            fail(message, leftPool());
        } else {
            bound.wait(message);
        }
    }

    /** Does what can be done now, and sees to it that it is called again when more can be. */
    private void pump() {
        pumpAgain = true;
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            while (pumpAgain && !closed) {
                pumpAgain = false;
                pumpOnce();
            }
        } finally {
            pumping = false;
        }
    }

    private void pumpOnce() {
        long now = timer.nanoTime();
        noteWhoIsDown(now);
        if (keepsChats) {
            spreadChats();
        }
        long delay = NEVER;
        for (Member<M> member : members) {
            delay = Math.min(delay, giveOwn(member, now));
        }
        delay = Math.min(delay, keepsChats ? expireShared(now) : giveShared(now));
        wakeAfter(delay, now);
    }

    private void noteWhoIsDown(long now) {
        boolean anyOpen = false;
        for (Member<M> member : members) {
            boolean open = member.socket().isOpen();
            member.isEnding &= open;
            boolean down = !open || member.isEnding;
            if (down && !member.isDown) {
                member.downSince = now;
            } else if (!down && member.isDown) {
                member.share = Math.max(member.share, smallestShareOfOthers(member) - CATCH_UP);
            }
            member.isDown = down;
            anyOpen |= !down;
        }
        if (!anyOpen && !noneOpen) {
            noneOpenSince = now;
        }
        noneOpen = !anyOpen;
        if (anyOpen && !keepsChats) {
            // What a socket could not store before it went down need not wait until it is back.
            members.stream().filter(member -> member.isDown).forEach(this::takeBack);
        }
    }

    /** That of the open ones, if there are any; 0 if there are no others. */
    private long smallestShareOfOthers(Member<M> member) {
        return members.stream()
                .filter(other -> other != member)
                .min(Comparator.<Member<M>, Boolean>comparing(other -> other.isDown)
                        .thenComparing(other -> other.share))
                .map(other -> other.share)
                .orElse(0L);
    }

    /** Takes back what is surely not stored. */
    private void takeBack(Member<M> member) {
        for (PooledMessage<M> message : member.given()) {
            if (message.takeBack()) {
                member.gaveBack(message);
                place(message);
            }
        }
    }

    /**
     * What waits for the socket goes to others, but for messages that its store knows: another socket would send them a
     * second time.
     */
    private void leave(Member<M> member, Throwable reason) {
        members.remove(member);
        member.leave();
        for (PooledMessage<M> message : List.copyOf(member.own)) {
            member.drop(message);
            if (message.boundTo == null) {
                place(message);
            } else {
                fail(message, reason);
            }
        }
    }

    /** Messages of a chat go behind each other, to the socket that has the chat. */
    private void spreadChats() {
        while (!shared.isEmpty()) {
            PooledMessage<M> message = shared.first();
            Chat<M> chat = requireNonNull(message.chat, "chat");
            Member<M> member = chat.member();
            if (member == null) {
                member = members.stream()
                        .filter(candidate -> !candidate.isDown)
                        .min(order)
                        .orElse(null);
                if (member == null) {
                    return;
                }
                chat.moveTo(member);
                member.lastTurn = ++turns;
            }
            shared.remove(message);
            member.wait(message);
        }
    }

    private long giveOwn(Member<M> member, long now) {
        while (!member.own.isEmpty()) {
            PooledMessage<M> message = member.own.first();
            if (member.isDown) {
                long left = timeLeft(message, member.downSince, now);
                if (left > 0) {
                    return left;
                }
                member.drop(message);
                fail(message, nobodyOpen(message));
            } else {
                long delay = member.bucket.delay(now);
                if (delay > 0) {
                    return delay;
                }
                member.drop(message);
                give(member, message, now);
            }
        }
        return NEVER;
    }

    private long giveShared(long now) {
        while (!shared.isEmpty()) {
            PooledMessage<M> message = shared.first();
            if (noneOpen) {
                return expireShared(now);
            }
            List<Member<M>> candidates = members.stream()
                    .filter(member -> !member.isDown && !message.tried.contains(member))
                    .toList();
            if (candidates.isEmpty()) {
                shared.remove(message);
                Throwable reason = message.lastFailure;
                fail(message, reason == null ? nobodyOpen(message) : reason);
                continue;
            }
            Member<M> next = candidates.stream()
                    .filter(member -> member.bucket.delay(now) == 0)
                    .min(order)
                    .orElse(null);
            if (next == null) {
                return candidates.stream()
                        .mapToLong(member -> member.bucket.delay(now))
                        .min()
                        .orElse(NEVER);
            }
            shared.remove(message);
            give(next, message, now);
        }
        return NEVER;
    }

    /** Messages that no open socket can have fail when they have waited for one long enough. */
    private long expireShared(long now) {
        while (!shared.isEmpty()) {
            PooledMessage<M> message = shared.first();
            long left = timeLeft(message, noneOpenSince, now);
            if (left > 0) {
                return left;
            }
            shared.remove(message);
            fail(message, nobodyOpen(message));
        }
        return NEVER;
    }

    /** Waiting for a turn does not count, only the time without a connection. */
    private long timeLeft(PooledMessage<M> message, long downSince, long now) {
        long since = message.calledAt - downSince > 0 ? message.calledAt : downSince;
        return since + settings.sendTimeout.toNanos() - now;
    }

    private void give(Member<M> member, PooledMessage<M> message, long now) {
        if (!message.isWanted()) {
            message.leave();
            arrivals.ended(message);
            return;
        }
        member.lastTurn = ++turns;
        GivenMessage taken;
        try {
            taken = member.socket().send(message.content);
        } catch (RuntimeException e) {
            fail(message, e);
            return;
        }
        member.bucket.take(now);
        if (!message.give(taken)) {
            taken.withdraw();
            arrivals.ended(message);
            return;
        }
        member.gave(message);
        arrivals.given(message, member);
        taken.result().whenComplete((sent, failure) -> {
            if (sent != null) {
                member.countSent();
                // In the lane, if the socket had the message before and answers at once.
                completions.execute(() -> message.result().complete(sent));
            }
            lane.execute(() -> settled(member, message, taken, sent, failure));
        });
    }

    private void settled(
            Member<M> member,
            PooledMessage<M> message,
            GivenMessage taken,
            @Nullable SentMessage sent,
            @Nullable Throwable failure) {
        if (!message.isGivenAs(taken)) {
            // It was taken back, and is elsewhere by now.
            return;
        }
        if (sent != null) {
            member.acknowledged(message);
            arrivals.ended(message);
            learn(sent.key());
        } else {
            Throwable reason = unwrap(requireNonNull(failure, "failure"));
            boolean ending = endsSocket(reason);
            if (mayMove(message, reason) && message.takeBack()) {
                member.gaveBack(message);
                message.lastFailure = reason;
                if (!ending) {
                    message.tried.add(member);
                }
                if (keepsChats && !member.hasLeft()) {
                    // When the socket is known to have ended, it moves with the others of its chat.
                    member.wait(message);
                } else {
                    place(message);
                }
            } else if (reason instanceof CancellationException) {
                member.ended(message);
                fail(message, reason);
            } else {
                member.refused(message);
                fail(message, reason);
            }
            member.isEnding |= ending;
        }
        pump();
    }

    /** Whether another socket might do better. Where chats keep their order, only if this one can never send it. */
    private boolean mayMove(PooledMessage<M> message, Throwable reason) {
        if (closed || message.boundTo != null || !message.isWanted()) {
            return false;
        }
        boolean forNow = reason instanceof ConnectionLostException || reason instanceof OutboxFullException;
        return endsSocket(reason) || (forNow && !keepsChats);
    }

    /** Whether it says of a socket that it has ended, which the pool hears a moment later. */
    private static boolean endsSocket(Throwable reason) {
        return reason instanceof SocketClosedException
                || reason instanceof LoggedOutException
                || reason instanceof ConnectionReplacedException
                || reason instanceof ClientOutdatedException
                || reason instanceof TemporarilyBannedException
                || reason instanceof ServerNotTrustedException;
    }

    /** The server's answers say which numbers and LIDs are one person. */
    private void learn(MessageKey key) {
        if (keepsChats) {
            key.remoteJidAlt().ifPresent(other -> chats.join(key.remoteJid(), other));
        }
    }

    private void cancelled(PooledMessage<M> message) {
        if (message.cancelled()) {
            // With a socket: what becomes of it there is heard as of any other.
            return;
        }
        shared.remove(message);
        Member<M> member = message.member;
        if (member != null) {
            member.drop(message);
        }
        arrivals.ended(message);
    }

    private void fail(PooledMessage<M> message, Throwable reason) {
        message.leave();
        arrivals.ended(message);
        // What hangs on the future is the application's, and must not run in the lane.
        completions.execute(() -> message.result().completeExceptionally(reason));
    }

    private ConnectionLostException nobodyOpen(PooledMessage<M> message) {
        return new ConnectionLostException("no socket of the pool for " + message.to + " was open within "
                + settings.sendTimeout + "; the message is not sent");
    }

    private static SocketClosedException leftPool() {
        return new SocketClosedException("the socket that knows the message's id left the pool");
    }

    private static SocketClosedException closedPool() {
        return new SocketClosedException("the pool is closed; the message is not sent");
    }

    private void wakeAfter(long delay, long now) {
        if (delay == NEVER) {
            callOff();
            return;
        }
        long at = now + delay;
        if (callOffWake != null && wakeAt == at) {
            return;
        }
        callOff();
        wakeAt = at;
        callOffWake = timer.after(
                Duration.ofNanos(delay),
                () -> lane.execute(() -> {
                    if (wakeAt == at) {
                        callOffWake = null;
                    }
                    pump();
                }));
    }

    private void callOff() {
        if (callOffWake != null) {
            callOffWake.run();
            callOffWake = null;
        }
    }

    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
