package dev.waxwing.testkit.area.media;

import dev.waxwing.testkit.http.BodySink;
import dev.waxwing.testkit.http.HttpAnswer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads a body to its end, keeps nothing of it and answers what was clear before. */
record UnwantedBody(HttpAnswer answer) implements BodySink {

    @Override
    public CompletionStage<?> take(byte[] piece) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<HttpAnswer> end() {
        return CompletableFuture.completedFuture(answer);
    }

    @Override
    public void brokenOff() {
        // Nothing was kept.
    }
}
