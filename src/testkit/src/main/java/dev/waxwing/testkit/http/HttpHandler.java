package dev.waxwing.testkit.http;

import java.util.concurrent.CompletionStage;

/** Answers the HTTP requests below one path prefix. Called on the world's thread and must not block it. */
@FunctionalInterface
public interface HttpHandler {

    /**
     * Answers a request.
     *
     * @param query the request with its whole body
     * @return the answer, now or later; a failed stage becomes status 500
     */
    CompletionStage<HttpAnswer> handle(HttpQuery query);
}
