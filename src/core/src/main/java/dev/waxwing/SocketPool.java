package dev.waxwing;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.SocketClosedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.Events;
import dev.waxwing.event.Subscription;
import dev.waxwing.internal.pool.BatchRun;
import dev.waxwing.internal.pool.GivenMessage;
import dev.waxwing.internal.pool.Member;
import dev.waxwing.internal.pool.MessagePool;
import dev.waxwing.internal.pool.PoolSocket;
import dev.waxwing.internal.runtime.AccountSends;
import dev.waxwing.internal.runtime.PoolThreads;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.model.Jid;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.Content;
import dev.waxwing.scaling.BatchOptions;
import dev.waxwing.scaling.BatchSend;
import dev.waxwing.scaling.Pacing;
import dev.waxwing.scaling.Rotation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Several sockets as one: each message goes to one of those that are open, at a polite pace.
 *
 * <pre>{@code
 * SocketPool pool = SocketPool.builder().add(first).add(second).rotation(Rotation.STICKY_PER_CHAT).build();
 * pool.sendMessage(bob, Content.text("Your order is on its way"));
 * pool.ev().on(Events.MESSAGES_UPSERT, (socket, batch) -> batch.messages().forEach(m -> answer(socket, m)));
 * }</pre>
 *
 * <p><strong>What becomes of a message when its socket goes down.</strong> Once a socket has stored it, it is in that
 * socket's outbox and goes out after the reconnect; no other socket sends it. A message that is surely not stored goes
 * to another socket, except with {@link Rotation#STICKY_PER_CHAT}, where it waits for its own: another takes the chat
 * only when that one has ended for good. So nothing is sent twice. If a socket ends for good, the futures of what it
 * had stored fail with the reason, as on the socket itself.
 *
 * <p>Thread-safe. Futures complete on workers, as those of a socket do; do not block in what hangs on them. They fail
 * with the types of {@link dev.waxwing.error}.
 */
public final class SocketPool implements AutoCloseable {

    private static final SendOptions DEFAULT_SEND = SendOptions.builder().build();
    private static final BatchOptions DEFAULT_BATCH = BatchOptions.builder().build();

    private final AccountThreads ownThreads = AccountThreads.create();
    private final PoolThreads threads = new PoolThreads(ownThreads);
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final MessagePool<PooledSend> messages;
    private final PoolEvents events = new PoolEvents();
    private final Executor notices = PoolThreads.laneOf(threads.listeners());

    /** In the order in which they joined; guarded by itself. */
    private final List<Place> places = new ArrayList<>();

    private volatile boolean closed;

    private SocketPool(Builder builder) {
        messages = new MessagePool<>(
                new MessagePool.Settings(builder.rotation, builder.pacing, builder.sendTimeout, builder.queueLimit),
                PoolThreads.laneOf(threads.work()),
                threads.work(),
                threads);
        builder.sockets.forEach(this::add);
    }

    /**
     * Starts with every default in place and no sockets.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Adds a socket, open or not. From now on the pool closes it when it is closed.
     *
     * @param socket the socket
     * @throws IllegalArgumentException if it is in the pool already
     * @throws IllegalStateException if the pool is closed
     */
    public void add(Socket socket) {
        requireNonNull(socket, "socket");
        synchronized (places) {
            if (closed) {
                throw new IllegalStateException("the pool is closed");
            }
            if (places.stream().anyMatch(place -> place.socket == socket)) {
                throw new IllegalArgumentException("socket is in the pool already");
            }
            Member<PooledSend> member = messages.add(new Seat(socket));
            Subscription states = socket.ev().on(Events.CONNECTION_UPDATE, update -> messages.changed());
            places.add(new Place(socket, member, states));
            events.joined(socket);
        }
        // It may have opened before anybody listened.
        messages.changed();
        socket.whenClosed().thenAccept(reason -> ended(socket, reason));
    }

    /**
     * Removes a socket and gives it back to the application, open as it is. What waited for it goes to the others; what
     * it was given stays with it, and the futures of that complete as before.
     *
     * @param socket the socket
     * @return whether it was in the pool
     */
    public boolean remove(Socket socket) {
        Place place = takeOut(requireNonNull(socket, "socket"));
        if (place != null) {
            messages.remove(place.member);
        }
        return place != null;
    }

    /**
     * The sockets in the pool, those not open included.
     *
     * @return in the order in which they joined
     */
    public List<Socket> sockets() {
        synchronized (places) {
            return places.stream().map(place -> place.socket).toList();
        }
    }

    /**
     * The events of all sockets.
     *
     * @return where to listen
     */
    public PoolEvents ev() {
        return events;
    }

    /**
     * What each socket has done and has to do.
     *
     * @return in the order in which they joined
     */
    public List<SocketStats> stats() {
        synchronized (places) {
            return places.stream().map(Place::stats).toList();
        }
    }

    /**
     * Sends a message by one of the sockets.
     *
     * @param to a person by phone number or LID; a device part is ignored
     * @param content what to send
     * @return as {@link Socket#sendMessage(Jid, Content)}, with these differences: nothing is thrown, every failure is
     *     the future's, such as {@link IllegalArgumentException} if {@code to} is not a person. Fails with
     *     {@link dev.waxwing.error.OutboxFullException} at once if too many messages wait in the pool, or if every open
     *     socket has too many, {@link dev.waxwing.error.ConnectionLostException} if no socket that may send it was open
     *     within the pool's {@linkplain Builder#sendTimeout send timeout}: it is not sent,
     *     {@link dev.waxwing.error.SocketClosedException} if the pool was closed before a socket had it. Waiting for a
     *     turn counts against no timeout
     */
    public CompletableFuture<SentMessage> sendMessage(Jid to, Content content) {
        return sendMessage(to, content, DEFAULT_SEND);
    }

    /**
     * Sends a message by one of the sockets, with options.
     *
     * <p>With a {@linkplain SendOptions.Builder#messageId(String) chosen id} the message is sent exactly once over all
     * sockets in the pool, after a restart too: a call with an id that one of their stores holds goes to that socket,
     * and waits for it if it is down. A store that cannot be read fails the call.
     *
     * @param to a person by phone number or LID; a device part is ignored
     * @param content what to send
     * @param options how to send it
     * @return as {@link #sendMessage(Jid, Content)}
     */
    public CompletableFuture<SentMessage> sendMessage(Jid to, Content content, SendOptions options) {
        return ownThreads.handOut(give(to, content, options).result());
    }

    /**
     * Sends a message to many people by all sockets: see {@link #sendAll(Collection, Function, BatchOptions)}.
     *
     * @param recipients to whom; each gets it once, however often it is named
     * @param content what to send
     * @return the batch on its way
     */
    public BatchSend sendAll(Collection<Jid> recipients, Content content) {
        requireNonNull(content, "content");
        return sendAll(recipients, recipient -> content, DEFAULT_BATCH);
    }

    /**
     * Sends each of many people a message, as {@link Socket#sendAll(Collection, Function, BatchOptions)} does, by all
     * sockets of the pool. The pool paces each socket; pacing of the options comes on top.
     *
     * @param recipients to whom; each gets one, however often it is named and whether by number or by LID, as far as
     *     any account knows
     * @param content what to send, given the recipient; called where listeners run, may block; if it throws, that is
     *     the recipient's failure
     * @param options how to send
     * @return the batch on its way
     */
    public BatchSend sendAll(
            Collection<Jid> recipients, Function<? super Jid, ? extends Content> content, BatchOptions options) {
        return threads.startBatch(recipients, content, options, Pacing.NONE, new BatchSender());
    }

    /**
     * Closes the pool and its sockets; {@link #remove} first those that shall live on. Messages that no socket has fail
     * with {@link dev.waxwing.error.SocketClosedException}; what sockets have stored stays in their outboxes. Closing
     * twice is harmless.
     */
    @Override
    public void close() {
        List<Place> leaving;
        synchronized (places) {
            closed = true;
            leaving = List.copyOf(places);
            places.clear();
        }
        messages.close();
        for (Place place : leaving) {
            place.states.close();
            place.socket.close();
            events.left(place.socket);
        }
        ended.complete(null);
        ownThreads.close();
    }

    private GivenMessage give(Jid to, Content content, SendOptions options) {
        return messages.send(
                requireNonNull(to, "to"),
                requireNonNull(options, "options").messageId().orElse(null),
                new PooledSend(to, requireNonNull(content, "content"), options));
    }

    private void ended(Socket socket, WaxwingException reason) {
        Place place = takeOut(socket);
        if (place != null) {
            messages.ended(place.member, reason);
            notices.execute(() -> events.ended(socket, reason));
        }
    }

    private @Nullable Place takeOut(Socket socket) {
        synchronized (places) {
            for (Place place : places) {
                if (place.socket == socket) {
                    places.remove(place);
                    place.states.close();
                    events.left(socket);
                    return place;
                }
            }
            return null;
        }
    }

    /** A message as a socket takes it. */
    private record PooledSend(Jid to, Content content, SendOptions options) {}

    /** A socket's place here. */
    private static final class Place {

        private final Socket socket;
        private final Member<PooledSend> member;
        private final Subscription states;

        Place(Socket socket, Member<PooledSend> member, Subscription states) {
            this.socket = socket;
            this.member = member;
            this.states = states;
        }

        SocketStats stats() {
            return new SocketStats(socket, socket.state(), member.sent(), member.failed(), member.pending());
        }
    }

    /** A socket as the pool sees it. */
    private static final class Seat implements PoolSocket<PooledSend> {

        private final Socket socket;
        private final AccountSends sends;

        Seat(Socket socket) {
            this.socket = socket;
            sends = socket.account().sends();
        }

        @Override
        public boolean isOpen() {
            return socket.state() == ConnectionUpdate.State.OPEN;
        }

        @Override
        public GivenMessage send(PooledSend message) {
            return sends.send(message.to, message.content, message.options.messageId());
        }

        @Override
        public CompletableFuture<Boolean> knows(String messageId) {
            return sends.knows(messageId);
        }

        @Override
        public CompletableFuture<Set<Jid>> namesOf(Jid chat) {
            return sends.namesOf(chat);
        }
    }

    private final class BatchSender implements BatchRun.Sender {

        @Override
        public GivenMessage send(Jid to, Content content, @Nullable String chosenId) {
            return give(to, content, SendOptions.ofMessageId(chosenId));
        }

        @Override
        public CompletableFuture<Set<Jid>> namesOf(Jid recipient) {
            Set<Jid> all = Collections.synchronizedSet(new HashSet<>());
            List<CompletableFuture<?>> answers = new ArrayList<>();
            for (Socket socket : sockets()) {
                answers.add(socket.account().sends().namesOf(recipient).handle((names, failure) -> {
                    if (names != null) {
                        all.addAll(names);
                    }
                    return names;
                }));
            }
            return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                    .thenApply(done -> all);
        }

        @Override
        public @Nullable Throwable ended() {
            return closed ? new SocketClosedException("the pool is closed") : null;
        }

        @Override
        public CompletableFuture<?> whenEnded() {
            return ended.copy();
        }
    }

    /** Collects values; each setter checks what it is given. Not thread-safe. */
    public static final class Builder {

        private final List<Socket> sockets = new ArrayList<>();
        private Rotation rotation = Rotation.ROUND_ROBIN;
        private Pacing pacing = Pacing.POLITE;
        private Duration sendTimeout = Duration.ofSeconds(75);
        private int queueLimit = 10_000;

        private Builder() {}

        /**
         * Adds a socket, open or not; see {@link SocketPool#add}.
         *
         * @param socket the socket
         * @return this builder
         */
        public Builder add(Socket socket) {
            sockets.add(requireNonNull(socket, "socket"));
            return this;
        }

        /**
         * Which of the open sockets is next. Default {@link Rotation#ROUND_ROBIN}.
         *
         * @param rotation the order
         * @return this builder
         */
        public Builder rotation(Rotation rotation) {
            this.rotation = requireNonNull(rotation, "rotation");
            return this;
        }

        /**
         * How fast each socket gets messages. Default {@link Pacing#POLITE}: one a second, up to five at once after a
         * pause. Answers to people count too.
         *
         * @param pacing the pacing of each socket, {@link Pacing#NONE} for none
         * @return this builder
         */
        public Builder pacing(Pacing pacing) {
            this.pacing = requireNonNull(pacing, "pacing");
            return this;
        }

        /**
         * How long a message waits in the pool while no socket that may send it is open; default 75 s. Once a socket
         * has it, that socket's own {@linkplain SendingConfig#timeout timeout} counts, from then on.
         *
         * @param sendTimeout 1 ms to 7 days
         * @return this builder
         */
        public Builder sendTimeout(Duration sendTimeout) {
            this.sendTimeout = ConfigSection.time(sendTimeout, "sendTimeout");
            return this;
        }

        /**
         * How many messages may wait in the pool for their turn or for a connection; default 10,000. Those that sockets
         * have do not count.
         *
         * @param messages positive
         * @return this builder
         */
        public Builder queueLimit(int messages) {
            if (messages < 1) {
                throw new IllegalArgumentException("queueLimit must be positive but was " + messages);
            }
            this.queueLimit = messages;
            return this;
        }

        /**
         * Puts the sockets together.
         *
         * @return the pool, to be closed
         * @throws IllegalArgumentException if a socket was added twice
         */
        public SocketPool build() {
            return new SocketPool(this);
        }
    }
}
