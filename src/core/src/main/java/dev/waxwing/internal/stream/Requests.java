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
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for which answer on one connection: iq results by id, acks by id (and nothing else: other stanzas may carry
 * any id). An ack's class and sender are looked at only where several stanzas of one id wait, as a message, copies of
 * it for single devices and a receipt for it may: one server acks messages with the class of receipts, and peers
 * whatsmeow and whatsapp-rust match the id alone. Event loop only.
 */
final class Requests {

    /** More questions under way than this means a caller without a brake. */
    static final int MAX_PENDING = 16_384;

    private static final int MAX_TEXT = 200;

    /**
     * Somebody who waits: for the answer to an iq, or for the ack of a stanza.
     *
     * @param acked the stanza's tag; null for an iq
     * @param to where the stanza went
     */
    private record Waiter(
            @Nullable String acked,
            @Nullable String to,
            String what,
            CompletableFuture<Node> answer,
            Cancellable timeout) {}

    private final LoopTimer timer;
    private final Runnable onChange;

    /** In the order in which they began to wait; nearly always one for an id. */
    private final Map<String, List<Waiter>> waiters = new HashMap<>();

    private int pending;

    /** {@code onChange} runs when a waiter came or went. */
    Requests(LoopTimer timer, Runnable onChange) {
        this.timer = timer;
        this.onChange = onChange;
    }

    int pending() {
        return pending;
    }

    void awaitIq(Node iq, Duration timeout, CompletableFuture<Node> answer) {
        String id = iq.requireAttr("id");
        if (waiters.getOrDefault(id, List.of()).stream().anyMatch(waiter -> waiter.acked == null)) {
            answer.completeExceptionally(
                    new IllegalStateException("a request with this id is under way: " + describe(iq)));
            return;
        }
        await(id, null, iq.attr("to"), describe(iq), timeout, answer);
    }

    /** Copies of one stanza may wait together: each ack is taken by the one that has waited longest. */
    void awaitAck(Node stanza, Duration timeout, CompletableFuture<Node> answer) {
        await(stanza.requireAttr("id"), stanza.tag(), stanza.attr("to"), stanza.tag(), timeout, answer);
    }

    private void await(
            String id,
            @Nullable String acked,
            @Nullable String to,
            String what,
            Duration timeout,
            CompletableFuture<Node> answer) {
        if (pending >= MAX_PENDING) {
            answer.completeExceptionally(new IllegalStateException("more than " + MAX_PENDING + " requests under way"));
            return;
        }
        Cancellable expiry = timer.after(timeout, () -> expire(id, answer, what, timeout));
        Waiter waiter = new Waiter(acked, to, what, answer, expiry);
        waiters.computeIfAbsent(id, same -> new ArrayList<>(1)).add(waiter);
        pending++;
        onChange.run();
        // However it ends (answered, timed out, cancelled by the caller on another thread), the entry goes.
        answer.whenComplete((node, failure) -> {
            expiry.cancel();
            timer.run(() -> {
                if (remove(id, answer)) {
                    onChange.run();
                }
            });
        });
    }

    /** The entry goes first: whoever waited may ask the same again at once. */
    private void expire(String id, CompletableFuture<Node> answer, String what, Duration timeout) {
        if (remove(id, answer)) {
            answer.completeExceptionally(new RequestTimeoutException("no answer to " + what + " within " + timeout));
            onChange.run();
        }
    }

    private boolean remove(String id, CompletableFuture<Node> answer) {
        List<Waiter> waiting = waiters.get(id);
        if (waiting == null || !waiting.removeIf(waiter -> waiter.answer == answer)) {
            return false;
        }
        pending--;
        if (waiting.isEmpty()) {
            waiters.remove(id);
        }
        return true;
    }

    /** Takes an iq of type result or error; answers false if nobody waits for it. */
    boolean onIq(Node iq) {
        Waiter waiter = waitingFor(iq.attr("id"), one -> one.acked == null);
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

    /** Takes an ack from the server; answers false if nobody waits for it. */
    boolean onAck(Node ack) {
        String id = ack.attr("id");
        List<Waiter> waiting = id == null ? List.of() : waiters.getOrDefault(id, List.of());
        Predicate<Waiter> acked = waiter -> waiter.acked != null && !waiter.answer.isDone();
        if (waiting.stream().filter(acked).map(Waiter::acked).distinct().count() > 1) {
            acked = acked.and(waiter -> Objects.equals(waiter.acked, ack.attr("class")));
        }
        Waiter there = waitingFor(id, acked.and(waiter -> Objects.equals(waiter.to, ack.attr("from"))));
        Waiter waiter = there == null ? waitingFor(id, acked) : there;
        return waiter != null && waiter.answer.complete(ack);
    }

    private @Nullable Waiter waitingFor(@Nullable String id, Predicate<Waiter> wanted) {
        List<Waiter> waiting = id == null ? List.of() : waiters.getOrDefault(id, List.of());
        return waiting.stream().filter(wanted).findFirst().orElse(null);
    }

    void failAll(WaxwingException reason) {
        List<Waiter> all = waiters.values().stream().flatMap(List::stream).toList();
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
