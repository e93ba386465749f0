package dev.waxwing.presence;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of one person's presence.
 *
 * @param lastKnownPresence what the person did last
 * @param lastSeen when the person was there last, to the second; empty while there, and if it is not to be known
 */
public record PresenceData(State lastKnownPresence, Optional<Instant> lastSeen) {

    /**
     * Checks that nothing is null.
     *
     * @param lastKnownPresence what the person did last
     * @param lastSeen when the person was there last, to the second; empty while there, and if it is not to be known
     */
    public PresenceData {
        requireNonNull(lastKnownPresence, "lastKnownPresence");
        requireNonNull(lastSeen, "lastSeen");
    }

    /** What a person does. Later versions may add more. */
    public enum State {
        /** There; also said of somebody who stopped to type. */
        AVAILABLE,
        /** Not there. */
        UNAVAILABLE,
        /** Types in the chat. */
        COMPOSING,
        /** Records a voice message for the chat. */
        RECORDING
    }
}
