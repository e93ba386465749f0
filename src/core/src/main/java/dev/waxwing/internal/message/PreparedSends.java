package dev.waxwing.internal.message;

import dev.waxwing.error.OutboxFullException;
import dev.waxwing.internal.content.ContentCodecs;
import dev.waxwing.internal.content.Recipients;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.model.Jid;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.Content;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Messages with a file, which is uploaded before the message goes the way of all others. Until then nothing of it is
 * stored: a process that dies meanwhile has not sent it. Under an id that the application chose nothing is uploaded
 * twice, neither by calls at the same time nor for a message that was stored before.
 */
final class PreparedSends {

    private final SendPipeline sending;
    private final ContentCodecs codecs;
    private final Executor executor;
    private final int most;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<String, CompletableFuture<Content>> underWay = new ConcurrentHashMap<>();

    /**
     * @param most how many messages may wait for their files
     */
    PreparedSends(SendPipeline sending, ContentCodecs codecs, Executor executor, int most) {
        this.sending = sending;
        this.codecs = codecs;
        this.executor = executor;
        this.most = most;
    }

    /** As {@link SendPipeline#send}, for content that {@link ContentCodecs#needsPreparation}. */
    SendInProgress send(Jid to, Content content, @Nullable String chosenId, Recipients recipients) {
        sending.requireSendable(to, content, recipients);
        Preparing message = new Preparing(to, content, chosenId, recipients);
        if (waiting.incrementAndGet() > most) {
            waiting.decrementAndGet();
            message.result.completeExceptionally(new OutboxFullException(most));
            return message;
        }
        message.result.whenComplete((sent, failure) -> message.ended());
        try {
            executor.execute(message::begin);
        } catch (RejectedExecutionException e) {
            message.result.completeExceptionally(e);
        }
        return message;
    }

    /** One message, first with its file and then on its way. */
    private final class Preparing implements SendInProgress {

        private final Jid to;
        private final Content content;
        private final @Nullable String chosenId;
        private final Recipients recipients;
        private final CompletableFuture<SentMessage> result = new CompletableFuture<>();

        /** Null while the file is uploaded. Guarded by this, as are those below. */
        private @Nullable SendInProgress sent;

        private @Nullable CompletableFuture<Content> preparation;
        private boolean counted = true;
        private boolean withdrawn;

        Preparing(Jid to, Content content, @Nullable String chosenId, Recipients recipients) {
            this.to = to;
            this.content = content;
            this.chosenId = chosenId;
            this.recipients = recipients;
        }

        @Override
        public CompletableFuture<SentMessage> result() {
            return result;
        }

        @Override
        public boolean withdraw() {
            SendInProgress onItsWay;
            CompletableFuture<Content> uploading;
            synchronized (this) {
                onItsWay = sent;
                uploading = preparation;
                withdrawn |= sent == null;
            }
            if (onItsWay != null) {
                return onItsWay.withdraw();
            }
            if (uploading != null) {
                uploading.cancel(false);
            }
            result.cancel(false);
            return true;
        }

        void begin() {
            try {
                Optional<CompletableFuture<SentMessage>> earlier =
                        chosenId == null ? Optional.empty() : sending.earlier(to, chosenId);
                if (earlier.isPresent()) {
                    follow(earlier.get());
                } else {
                    prepare();
                }
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        }

        private void prepare() {
            CompletableFuture<Content> prepared = chosenId == null ? codecs.prepared(content) : shared(chosenId);
            synchronized (this) {
                preparation = prepared;
                if (withdrawn) {
                    prepared.cancel(false);
                    return;
                }
            }
            prepared.whenComplete((ready, failure) -> {
                if (failure != null) {
                    result.completeExceptionally(Failures.unwrap(failure));
                } else {
                    goOn(ready);
                }
            });
        }

        /** The first call under an id uploads; others at the same time wait for it. */
        private CompletableFuture<Content> shared(String id) {
            CompletableFuture<Content> mine = new CompletableFuture<>();
            CompletableFuture<Content> other = underWay.putIfAbsent(id, mine);
            if (other != null) {
                return other.copy();
            }
            CompletableFuture<Content> begun = codecs.prepared(content);
            begun.whenComplete((ready, failure) -> {
                underWay.remove(id, mine);
                if (failure == null) {
                    mine.complete(ready);
                } else {
                    mine.completeExceptionally(Failures.unwrap(failure));
                }
            });
            mine.whenComplete((ready, failure) -> {
                if (failure != null) {
                    begun.cancel(false);
                }
            });
            return mine;
        }

        private void goOn(Content ready) {
            SendInProgress onItsWay;
            try {
                synchronized (this) {
                    if (withdrawn) {
                        return;
                    }
                    // The message counts in the pipeline from here on.
                    uncount();
                    onItsWay = sending.send(to, ready, chosenId, recipients);
                    sent = onItsWay;
                }
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
                return;
            }
            follow(onItsWay.result());
        }

        private void follow(CompletableFuture<SentMessage> message) {
            message.whenComplete((acknowledged, failure) -> {
                if (failure == null) {
                    result.complete(acknowledged);
                } else {
                    result.completeExceptionally(Failures.unwrap(failure));
                }
            });
            result.whenComplete((acknowledged, failure) -> {
                if (result.isCancelled()) {
                    message.cancel(false);
                }
            });
        }

        private synchronized void uncount() {
            if (counted) {
                counted = false;
                waiting.decrementAndGet();
            }
        }

        void ended() {
            uncount();
            CompletableFuture<Content> uploading;
            synchronized (this) {
                uploading = sent == null ? preparation : null;
                withdrawn |= sent == null;
            }
            if (uploading != null && result.isCancelled()) {
                uploading.cancel(false);
            }
        }
    }
}
