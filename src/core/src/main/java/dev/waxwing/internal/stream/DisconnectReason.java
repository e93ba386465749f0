package dev.waxwing.internal.stream;

import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.binary.Node;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a connection ended, and what follows from it.
 *
 * @param reaction what the stream does about it
 * @param code the server's code as sent ({@code stream:error} or {@code failure}), 0 if there was none
 * @param error what calls under way fail with, and what the application sees if the stream stops
 * @param stanza the server's stanza, or null; kept whole, since some carry data that is not sent again
 */
public record DisconnectReason(
        Reaction reaction,
        int code,
        WaxwingException error,
        @Nullable Node stanza) {

    /** What the stream does about the end of a connection. */
    public enum Reaction {
        /** Connects again at once. */
        RECONNECT_NOW,
        /** Connects again after the next delay. */
        BACK_OFF,
        /** Connects again after a delay several steps further. */
        LONG_BACK_OFF,
        /** Looks the client version up, tries once more with it, and stops if that is refused too. */
        UPDATE_VERSION,
        /** Stops until the application acts. */
        STOP
    }

    /**
     * Checks the parts.
     *
     * @param reaction what the stream does about it
     * @param code the server's code, 0 if there was none
     * @param error what calls under way fail with
     * @param stanza the server's stanza, or null
     */
    public DisconnectReason {
        Objects.requireNonNull(reaction, "reaction");
        Objects.requireNonNull(error, "error");
    }

    /**
     * The server's stanza.
     *
     * @return the stanza, empty if the end had another cause
     */
    public Optional<Node> serverStanza() {
        return Optional.ofNullable(stanza);
    }

    /**
     * The same end, but for good.
     *
     * @return a reason whose reaction is {@link Reaction#STOP}
     */
    DisconnectReason stopping() {
        return new DisconnectReason(Reaction.STOP, code, error, stanza);
    }

    /** Shows what happened without the stanza's content. */
    @Override
    public String toString() {
        return "DisconnectReason[" + reaction + (code == 0 ? "" : " " + code) + ": " + error.getMessage() + "]";
    }
}
