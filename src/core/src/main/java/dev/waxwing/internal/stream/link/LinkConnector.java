package dev.waxwing.internal.stream.link;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Makes connections: everything below stanzas, handshake included. */
@FunctionalInterface
public interface LinkConnector {

    /**
     * Connects once.
     *
     * @param identity who connects
     * @param profile what the client says of itself
     * @param routingInfo the last routing blob, or null
     * @param receiver gets the stanzas, never before the future completed
     * @return the link, completed on the event loop; fails with a {@link dev.waxwing.error.WaxwingException}.
     *     Cancelling it abandons the attempt.
     */
    CompletableFuture<StanzaLink> connect(
            StreamIdentity identity,
            ClientProfile profile,
            byte @Nullable [] routingInfo,
            StanzaLink.Receiver receiver);
}
