package dev.waxwing.internal.pool;

import dev.waxwing.model.Jid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Asks the sockets what they know of a message before one of them is chosen, and lets messages on in the order of the
 * calls.
 *
 * <ul>
 *   <li>An id that the application chose may be in the store of one of the sockets, from an earlier call or an earlier run: the message is
 *       bound to that socket, for any other would send it a second time. If a message with that id is still in the pool, this one waits for
 *       it, and then is bound to the same socket.
 *   <li>Where chats stay with their sockets, the addresses that one of the accounts knows to be the same chat.
 * </ul>
 *
 * Lane only.
 */
final class Arrivals<M> {

    /** Where messages go from here. */
    interface Exit<M> {

        void arrived(PooledMessage<M> message);

        void failed(PooledMessage<M> message, Throwable reason);
    }

    private final Executor lane;
    private final List<Member<M>> members;
    private final @Nullable ChatTable<M> chats;
    private final Exit<M> exit;
    private final ArrayDeque<Arriving<M>> arriving = new ArrayDeque<>();

    /** Messages under way whose id was chosen, and those that wait for them. */
    private final Map<String, Repeats<M>> byId = new HashMap<>();

    /**
     * @param members the sockets as they are now
     * @param chats the chats to fill; null if chats do not matter
     */
    Arrivals(Executor lane, List<Member<M>> members, @Nullable ChatTable<M> chats, Exit<M> exit) {
        this.lane = lane;
        this.members = members;
        this.chats = chats;
        this.exit = exit;
    }

    void add(PooledMessage<M> message) {
        if (message.chosenId != null) {
            Repeats<M> repeats = byId.get(message.chosenId);
            if (repeats != null) {
                follow(message, repeats);
                return;
            }
            byId.put(message.chosenId, new Repeats<>(message));
        }
        Arriving<M> next = new Arriving<>(message);
        next.asked = ask(next);
        arriving.add(next);
        if (next.asked.isDone()) {
            advance();
        } else {
            next.asked.whenComplete((done, failure) -> lane.execute(this::advance));
        }
    }

    private CompletableFuture<?> ask(Arriving<M> next) {
        List<CompletableFuture<?>> answers = new ArrayList<>();
        PooledMessage<M> message = next.message;
        String id = message.chosenId;
        for (Member<M> member : members) {
            if (id != null) {
                answers.add(member.socket().knows(id).thenAccept(known -> {
                    if (known) {
                        next.knownBy = member;
                    }
                }));
            }
            if (chats != null && !chats.knows(message.to)) {
                // Without an answer the address is a chat of its own.
                answers.add(member.socket().namesOf(message.to).handle((names, failure) -> {
                    if (names != null) {
                        next.names.addAll(names);
                    }
                    return names;
                }));
            }
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new));
    }

    private void advance() {
        while (!arriving.isEmpty() && arriving.element().asked.isDone()) {
            Arriving<M> next = arriving.remove();
            PooledMessage<M> message = next.message;
            if (!message.isWanted()) {
                message.leave();
                ended(message);
                continue;
            }
            try {
                next.asked.join();
            } catch (CompletionException e) {
                // Not known whether one of the sockets has it: sending it might be once too often.
                exit.failed(message, e.getCause() == null ? e : e.getCause());
                continue;
            }
            message.boundTo = next.knownBy;
            if (chats != null) {
                message.chat = chats.of(message.to, next.names);
            }
            exit.arrived(message);
        }
    }

    private void follow(PooledMessage<M> message, Repeats<M> repeats) {
        Member<M> member = repeats.givenTo;
        if (member == null) {
            repeats.waiting.add(message);
        } else {
            bind(message, repeats, member);
        }
    }

    private void bind(PooledMessage<M> message, Repeats<M> repeats, Member<M> member) {
        // From here on the first must not move either: that socket would send the second under its id.
        repeats.first.boundTo = member;
        message.boundTo = member;
        if (chats != null) {
            message.chat = chats.of(message.to, List.of());
        }
        exit.arrived(message);
    }

    /** A socket has a message: those of the same id follow it there. */
    void given(PooledMessage<M> message, Member<M> member) {
        Repeats<M> repeats = repeatsOf(message);
        if (repeats != null) {
            repeats.givenTo = member;
            List<PooledMessage<M>> following = List.copyOf(repeats.waiting);
            repeats.waiting.clear();
            following.forEach(next -> bind(next, repeats, member));
        }
    }

    /**
     * A message is done: what became of its id is in a store by now, if anything did, so the next one of that id asks
     * again.
     */
    void ended(PooledMessage<M> message) {
        Repeats<M> repeats = repeatsOf(message);
        if (repeats != null) {
            byId.remove(repeats.first.chosenId);
            repeats.waiting.forEach(this::add);
        }
    }

    /** Nothing arrives any more. */
    void close(Throwable reason) {
        List<PooledMessage<M>> dropped = new ArrayList<>();
        arriving.forEach(next -> dropped.add(next.message));
        byId.values().forEach(repeats -> {
            dropped.addAll(repeats.waiting);
            repeats.waiting.clear();
        });
        arriving.clear();
        dropped.forEach(message -> exit.failed(message, reason));
    }

    private @Nullable Repeats<M> repeatsOf(PooledMessage<M> message) {
        Repeats<M> repeats = message.chosenId == null ? null : byId.get(message.chosenId);
        return repeats != null && repeats.first == message ? repeats : null;
    }

    /** A message about which the sockets are asked. The answers come on any thread, and are read when all are there. */
    private static final class Arriving<M> {

        private final PooledMessage<M> message;
        private final Set<Jid> names = Collections.synchronizedSet(new LinkedHashSet<>());
        private volatile @Nullable Member<M> knownBy;
        private CompletableFuture<?> asked = new CompletableFuture<>();

        Arriving(PooledMessage<M> message) {
            this.message = message;
        }
    }

    /** A message whose id was chosen, and those of the same id that wait until it is with a socket. */
    private static final class Repeats<M> {

        private final PooledMessage<M> first;
        private final List<PooledMessage<M>> waiting = new ArrayList<>();
        private @Nullable Member<M> givenTo;

        Repeats(PooledMessage<M> first) {
            this.first = first;
        }
    }
}
