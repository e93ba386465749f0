package dev.waxwing.testkit.http;

import java.util.concurrent.CompletionStage;

/** Takes the body of a request piece by piece, so that it is never in memory as a whole. The world's thread. */
public interface BodySink {

    /**
     * Takes a piece.
     *
     * @param piece not kept by the caller
     * @return completes with anything when more may come; one that fails cuts the connection off
     */
    CompletionStage<?> take(byte[] piece);

    /**
     * The body has ended.
     *
     * @return the answer, now or later; a failed stage becomes status 500
     */
    CompletionStage<HttpAnswer> end();

    /** The connection is gone before the body's end. */
    void brokenOff();
}
