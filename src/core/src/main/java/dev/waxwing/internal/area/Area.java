package dev.waxwing.internal.area;

import dev.waxwing.error.WaxwingException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One area of the service: pairing, devices, messages, presence… An area says what it understands and keeps its own
 * state; nobody edits a central switch. The server half of it, in the test kit, is a {@code ServerArea}.
 *
 * <p>Areas are told of the connection on the event loop, in the order of the list, and must not block. What one of them
 * throws is logged, and the others are told all the same.
 */
@FunctionalInterface
public interface Area {

    /**
     * Called once, before the stream starts.
     *
     * @param on takes handlers and hooks
     */
    void register(Registrations on);

    /** The stream is open: what waited may go out. */
    default void opened() {}

    /** The connection is gone and may come back: what goes out waits. */
    default void interrupted() {}

    /**
     * The stream ended for good: calls under way fail, what is stored stays.
     *
     * @param reason what they fail with
     * @return completes when nothing of the area runs any more; the socket waits for it for a bounded time
     */
    default CompletionStage<Void> ended(WaxwingException reason) {
        return CompletableFuture.completedFuture(null);
    }
}
