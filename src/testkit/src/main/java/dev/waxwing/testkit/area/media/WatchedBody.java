package dev.waxwing.testkit.area.media;

import dev.waxwing.testkit.http.BodySink;
import dev.waxwing.testkit.http.HttpAnswer;
import dev.waxwing.testkit.server.World;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** Takes a body as a rule wants it, and says in the end how it went. */
final class WatchedBody implements BodySink {

    private final World world;
    private final BodySink body;
    private final Optional<MediaRule> rule;
    private final ObjLongConsumer<Integer> outcome;
    private long received;
    private boolean isSilent;

    /**
     * Watches a body.
     *
     * @param body takes what gets through
     * @param outcome is told the status, 0 if there was no answer, and how many bytes came
     */
    WatchedBody(World world, BodySink body, Optional<MediaRule> rule, ObjLongConsumer<Integer> outcome) {
        this.world = world;
        this.body = body;
        this.rule = rule;
        this.outcome = outcome;
    }

    @Override
    public CompletionStage<?> take(byte[] piece) {
        MediaFault fault = rule.map(MediaRule::fault).orElse(null);
        if (fault instanceof MediaFault.CutAfter cut && received + piece.length >= cut.bytes()) {
            pass(Arrays.copyOf(piece, (int) (cut.bytes() - received)));
            rule.ifPresent(MediaRule::hasHappened);
            return CompletableFuture.failedFuture(new IOException("cut as a test wants it"));
        }
        if (fault instanceof MediaFault.StallAfter stall && received + piece.length >= stall.bytes()) {
            pass(Arrays.copyOf(piece, (int) (stall.bytes() - received)));
            isSilent = true;
            end(0);
            rule.ifPresent(MediaRule::hasHappened);
            return new CompletableFuture<>();
        }
        CompletionStage<?> taken = pass(piece);
        return fault instanceof MediaFault.Slow slow ? pause(slow.pause()) : taken;
    }

    private CompletionStage<?> pass(byte[] piece) {
        received += piece.length;
        return body.take(piece);
    }

    private CompletionStage<?> pause(Duration pause) {
        rule.ifPresent(MediaRule::hasHappened);
        CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
        world.later(pause, () -> over.complete(null));
        return over;
    }

    @Override
    public CompletionStage<HttpAnswer> end() {
        return body.end().thenApply(answer -> {
            outcome.accept(answer.status(), received);
            rule.ifPresent(MediaRule::hasHappened);
            return answer;
        });
    }

    @Override
    public void brokenOff() {
        if (!isSilent) {
            end(0);
        }
    }

    private void end(int status) {
        body.brokenOff();
        outcome.accept(status, received);
    }
}
