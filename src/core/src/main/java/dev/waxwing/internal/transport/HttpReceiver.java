package dev.waxwing.internal.transport;

import java.util.concurrent.CompletionStage;

/** Takes an HTTP answer as it comes in. Called on the event loop, so nothing here may block. */
public interface HttpReceiver {

    /**
     * Takes the head.
     *
     * @param head status and headers
     * @return whether the body is wanted; if not, the exchange ends here
     */
    boolean head(HttpHead head);

    /**
     * Takes a piece of the body.
     *
     * @param bytes some bytes, the receiver's own from here on
     * @return completes when there may be more; until then the server is held back. If it fails, the exchange fails
     *     with that
     */
    CompletionStage<Void> body(byte[] bytes);
}
