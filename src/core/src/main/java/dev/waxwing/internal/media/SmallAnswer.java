package dev.waxwing.internal.media;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.internal.transport.HttpHead;
import dev.waxwing.internal.transport.HttpReceiver;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An answer that fits into memory. */
final class SmallAnswer implements HttpReceiver {

    private static final int MOST_ERROR_STATUS = 300;

    private final int mostBytes;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    SmallAnswer(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    @Override
    public boolean head(HttpHead head) {
        // What a refusal says beside its status is for people.
        return head.status() < MOST_ERROR_STATUS;
    }

    @Override
    public CompletionStage<Void> body(byte[] bytes) {
        if (body.size() + bytes.length > mostBytes) {
            return CompletableFuture.failedFuture(
                    new ProtocolViolationException("an answer of a media host has more than " + mostBytes + " bytes"));
        }
        body.write(bytes, 0, bytes.length);
        return CompletableFuture.completedFuture(null);
    }

    /** What came, once the exchange is complete. */
    byte[] bytes() {
        return body.toByteArray();
    }

    /** A status that is no success, as the exception that it is. */
    static ServerRefusedException refusal(String what, HttpHead head) {
        return new ServerRefusedException(
                what, head.status(), "", head.retryAfter().orElse(null));
    }
}
