package dev.waxwing.internal.stream;

import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.threads.Cancellable;
import dev.waxwing.internal.threads.LoopTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for which answer on one connection: iq results by id, acks by id (and nothing else: other stanzas may carry any id). An ack's
 * class is looked at only where two stanzas of one id wait, as a message and a receipt for it may: one server acks messages with the class
 * of receipts, and peers whatsmeow and whatsapp-rust match the id alone. Event loop only.
 */
final class Requests {

    /** More questions under way than this means a caller without a brake. */
    static final int MAX_PENDING = 16_384;

    private static final int MAX_TEXT = 200;

    /** What is waited for: the answer to an iq, or the ack of a stanza of that tag. */
    private record Key(boolean isAck, String tag, String id) {}

    private record Waiter(String what, CompletableFuture<Node> answer, Cancellable timeout) {}

    private final LoopTimer timer;
    private final Runnable onChange;
    private final Map<Key, Waiter> waiters = new HashMap<>();

    /** The keys of all acks awaited for an id; nearly always one. */
    private final Map<String, List<Key>> acksById = new HashMap<>();

    /** {@code onChange} runs when a waiter came or went. */
    Requests(LoopTimer timer, Runnable onChange) {
        this.timer = timer;
        this.onChange = onChange;
    }

    int pending() {
        return waiters.size();
    }

    void awaitIq(Node iq, Duration timeout, CompletableFuture<Node> answer) {
        await(new Key(false, "iq", iq.requireAttr("id")), describe(iq), timeout, answer);
    }

    void awaitAck(Node stanza, Duration timeout, CompletableFuture<Node> answer) {
        await(new Key(true, stanza.tag(), stanza.requireAttr("id")), stanza.tag(), timeout, answer);
    }

    private void await(Key key, String what, Duration timeout, CompletableFuture<Node> answer) {
        if (waiters.size() >= MAX_PENDING || waiters.containsKey(key)) {
            answer.completeExceptionally(new IllegalStateException(
                    waiters.containsKey(key)
                            ? "a request with this id is under way: " + what
                            : "more than " + MAX_PENDING + " requests under way"));
            return;
        }
        Cancellable expiry = timer.after(timeout, () -> expire(key, answer, timeout));
        Waiter waiter = new Waiter(what, answer, expiry);
        waiters.put(key, waiter);
        if (key.isAck) {
            acksById.computeIfAbsent(key.id, id -> new ArrayList<>(1)).add(key);
        }
        onChange.run();
        // However it ends (answered, timed out, cancelled by the caller on another thread), the entry goes.
        answer.whenComplete((node, failure) -> {
            expiry.cancel();
            timer.run(() -> {
                if (waiter.equals(waiters.get(key))) {
                    remove(key);
                    onChange.run();
                }
            });
        });
    }

    /** The entry goes first: whoever waited may ask the same again at once. */
    private void expire(Key key, CompletableFuture<Node> answer, Duration timeout) {
        Waiter waiter = waiters.get(key);
        if (waiter != null && waiter.answer == answer) {
            remove(key);
            answer.completeExceptionally(
                    new RequestTimeoutException("no answer to " + waiter.what + " within " + timeout));
            onChange.run();
        }
    }

    private void remove(Key key) {
        waiters.remove(key);
        if (key.isAck) {
            acksById.computeIfPresent(key.id, (id, keys) -> {
                keys.remove(key);
                return keys.isEmpty() ? null : keys;
            });
        }
    }

    /** Takes an iq of type result or error; answers false if nobody waits for it. */
    boolean onIq(Node iq) {
        String id = iq.attr("id");
        Waiter waiter = id == null ? null : waiters.get(new Key(false, "iq", id));
        if (waiter == null) {
            return false;
        }
        Node error = iq.child("error");
        if (error == null && !"error".equals(iq.attr("type"))) {
            waiter.answer.complete(iq);
        } else {
            waiter.answer.completeExceptionally(refused(waiter.what, error));
        }
        return true;
    }

    /** Takes an ack from the server. */
    boolean onAck(Node ack) {
        String id = ack.attr("id");
        List<Key> awaited = id == null ? List.of() : acksById.getOrDefault(id, List.of());
        for (Key key : awaited) {
            if (awaited.size() == 1 || key.tag.equals(ack.attr("class"))) {
                Waiter waiter = waiters.get(key);
                return waiter != null && waiter.answer.complete(ack);
            }
        }
        return false;
    }

    void failAll(WaxwingException reason) {
        List<Waiter> all = new ArrayList<>(waiters.values());
        all.forEach(waiter -> waiter.answer.completeExceptionally(reason));
    }

    private static ServerRefusedException refused(String what, @Nullable Node error) {
        if (error == null) {
            return new ServerRefusedException(what, 0, "", null);
        }
        String text = error.attr("text");
        long backoff = number(error, "backoff");
        return new ServerRefusedException(
                what,
                (int) number(error, "code"),
                text == null ? "" : text.substring(0, Math.min(text.length(), MAX_TEXT)),
                backoff > 0 ? Duration.ofSeconds(backoff) : null);
    }

    private static long number(Node node, String name) {
        String text = node.attr(name);
        return text != null && text.matches("\\d{1,9}") ? Long.parseLong(text) : 0;
    }

    private static String describe(Node iq) {
        return "iq " + iq.attr("xmlns") + "/" + iq.attr("type");
    }
}
