package dev.waxwing.testkit.http;

import java.util.Optional;

/** Looks at the head of a request, before its body has come. Called on the world's thread and must not block it. */
@FunctionalInterface
public interface UploadHandler {

    /**
     * Decides who takes the body.
     *
     * @param head the request, with an empty body
     * @return what takes the body, or nothing if the request is for an {@link HttpHandler}
     */
    Optional<BodySink> open(HttpQuery head);
}
