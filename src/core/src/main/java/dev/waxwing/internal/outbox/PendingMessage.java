package dev.waxwing.internal.outbox;

import dev.waxwing.internal.outbox.OutboxRows.QueuedMessage;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.SentMessage;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A stored message whose end somebody may wait for. Thread-safe. */
final class PendingMessage {

    private final QueuedMessage message;
    private final CompletableFuture<SentMessage> result = new CompletableFuture<>();

    /** How many connections were ended for the want of its ack. */
    private final AtomicInteger unanswered = new AtomicInteger();

    private final AtomicBoolean renewed = new AtomicBoolean();

    /** The login after which it was written last; 0 before the first. Guarded by this. */
    private int login;

    PendingMessage(QueuedMessage message) {
        this.message = message;
    }

    QueuedMessage message() {
        return message;
    }

    MessageKey key() {
        return message.key();
    }

    String id() {
        return message.key().id();
    }

    String row() {
        return message.row();
    }

    /** Completes when the message comes to its end. */
    CompletableFuture<SentMessage> result() {
        return result;
    }

    boolean isIn(Set<Jid> chat) {
        return chat.contains(key().remoteJid())
                || key().remoteJidAlt().filter(chat::contains).isPresent();
    }

    int unanswered() {
        return unanswered.get();
    }

    void remainedUnanswered() {
        unanswered.incrementAndGet();
    }

    /** True once. */
    boolean mayBeRenewed() {
        return renewed.compareAndSet(false, true);
    }

    /** It did not come to that. */
    void notRenewed() {
        renewed.set(false);
    }

    /** Whether the server has answered for it, or the account was closed. */
    boolean isEnded() {
        return result.isDone();
    }

    void end(@Nullable SentMessage sent, @Nullable Throwable failure) {
        if (failure == null) {
            result.complete(sent);
        } else {
            result.completeExceptionally(failure);
        }
    }

    synchronized boolean isFirstAfter(int now) {
        boolean first = login < now;
        login = Math.max(login, now);
        return first;
    }
}
