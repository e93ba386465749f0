package dev.waxwing.internal.media;

import dev.waxwing.error.MediaExpiredException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.AesGcm;
import dev.waxwing.internal.crypto.RandomBytes;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.mmsretry.MediaRetryNotification;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the phone to upload a file again that the service does not have any more (06, section 7). Who asks for one that
 * is asked for already waits for the same answer.
 */
final class Reuploads {

    private static final Logger LOG = LoggerFactory.getLogger(Reuploads.class);

    private static final int LONGEST_PATH = 4_096;

    private final AreaContext context;
    private final Map<String, Asked> asked = new ConcurrentHashMap<>();

    private record Asked(ReuploadSeal seal, CompletableFuture<String> directPath) {}

    Reuploads(AreaContext context) {
        this.context = context;
    }

    void register(Registrations on) {
        on.stanza("notification", "mediaretry", null, this::answered);
    }

    void close(WaxwingException reason) {
        asked.values().forEach(waiting -> waiting.directPath.completeExceptionally(reason));
    }

    /**
     * Asks.
     *
     * @param message the message that the file is in
     * @param mediaKey the file's key, 32 bytes
     * @param patience how long the phone may take
     * @return where the file lies now; fails with {@link MediaExpiredException} if it does not come back
     */
    CompletableFuture<String> ask(MessageKey message, byte[] mediaKey, Duration patience) {
        Jid me = context.self()
                .get()
                .me()
                .orElseThrow(() -> new IllegalStateException("this device is not linked to an account yet"));
        Asked mine = new Asked(new ReuploadSeal(mediaKey, message.id()), new CompletableFuture<>());
        Asked earlier = asked.putIfAbsent(message.id(), mine);
        if (earlier != null) {
            return typed(earlier, patience);
        }
        mine.directPath.whenComplete((path, failure) -> asked.remove(message.id(), mine));
        context.stream()
                .send(mine.seal.request(me, message, RandomBytes.next(AesGcm.NONCE_BYTES)))
                .whenComplete((sent, failure) -> {
                    if (failure != null) {
                        mine.directPath.completeExceptionally(Failures.unwrap(failure));
                    }
                });
        context.threads().timer().within(patience, context.threads().executor(), mine.directPath);
        return typed(mine, patience);
    }

    private static CompletableFuture<String> typed(Asked asked, Duration patience) {
        return asked.directPath
                .copy()
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        Failures.unwrap(failure) instanceof TimeoutException ? unanswered(patience) : failure));
    }

    private static MediaExpiredException unanswered(Duration patience) {
        String why = "the phone did not answer within " + patience;
        return new MediaExpiredException(why, true, new RequestTimeoutException(why));
    }

    /** Event loop only. An answer to nothing, or one that does not open, changes nothing. */
    private CompletionStage<Acknowledgement> answered(Node notification) {
        Asked waiting = asked.get(String.valueOf(notification.attr("id")));
        if (waiting != null) {
            try {
                judge(waiting, notification);
            } catch (ProtocolViolationException e) {
                LOG.warn("An answer about media is not what was asked for: {}", e.getMessage());
            }
        }
        return CompletableFuture.completedFuture(Acknowledgement.ACK);
    }

    private static void judge(Asked waiting, Node notification) {
        Node encrypt = notification.child("encrypt");
        if (encrypt == null) {
            Node error = notification.requireChild("error");
            waiting.directPath.completeExceptionally(
                    new MediaExpiredException("the phone answers with error " + error.intAttr("code", 0), false, null));
            return;
        }
        MediaRetryNotification answer = waiting.seal.open(encrypt);
        switch (answer.getResult()) {
            case SUCCESS -> {
                if (answer.getDirectPath().isEmpty() || answer.getDirectPath().length() > LONGEST_PATH) {
                    throw new ProtocolViolationException("the phone does not say where the file is");
                }
                waiting.directPath.complete(answer.getDirectPath());
            }
            case NOT_FOUND -> fail(waiting, "the phone does not have it either");
            case DECRYPTION_ERROR -> fail(waiting, "the phone could not read what it was asked");
            case GENERAL_ERROR -> fail(waiting, "the phone could not upload it");
        }
    }

    private static void fail(Asked waiting, String why) {
        waiting.directPath.completeExceptionally(new MediaExpiredException(why, false, null));
    }
}
