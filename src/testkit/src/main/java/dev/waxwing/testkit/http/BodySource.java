package dev.waxwing.testkit.http;

import java.util.concurrent.CompletionStage;

/** Gives the body of an answer piece by piece, so that it is never in memory as a whole. The world's thread. */
public interface BodySource {

    /**
     * The next piece; asked for when the one before it is on its way.
     *
     * @return completes with the piece, or with an empty one at the end; one that fails cuts the connection off
     */
    CompletionStage<byte[]> next();
}
