package dev.waxwing.testkit.area.media;

import dev.waxwing.testkit.http.HttpQuery;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A fault of the media host that is in force until it is removed. */
public final class MediaRule {

    private final MediaMatch match;
    private final MediaFault fault;
    private final CompletableFuture<@Nullable Void> happened = new CompletableFuture<>();
    private int matched;
    private final AtomicInteger fired = new AtomicInteger();

    MediaRule(MediaMatch match, MediaFault fault) {
        this.match = match;
        this.fault = fault;
    }

    /**
     * What happens.
     *
     * @return the fault
     */
    public MediaFault fault() {
        return fault;
    }

    /**
     * How often it has struck. Any thread.
     *
     * @return the number of requests it spoiled
     */
    public int fired() {
        return fired.get();
    }

    /**
     * Waits for it. Any thread.
     *
     * @return completes when it has happened for the first time: a body was cut or fell silent, or an answer was given.
     *     It completes on the server's thread.
     */
    public CompletableFuture<@Nullable Void> happened() {
        return happened.copy();
    }

    boolean strikes(MediaMatch.Kind kind, HttpQuery head) {
        boolean isUpload = kind != MediaMatch.Kind.DOWNLOAD;
        if (!fault.concerns(isUpload) || !match.describes(kind, head)) {
            return false;
        }
        matched++;
        if (matched <= match.skip() || fired.get() >= match.atMost()) {
            return false;
        }
        fired.incrementAndGet();
        return true;
    }

    void hasHappened() {
        happened.complete(null);
    }
}
