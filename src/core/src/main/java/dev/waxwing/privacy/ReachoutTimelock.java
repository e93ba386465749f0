package dev.waxwing.privacy;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * Whether the service keeps this account from writing to people whom it does not know. Messages to those are refused
 * with code 463 meanwhile; those to people who wrote before are not.
 *
 * @param active whether it does
 * @param enforcementEnds until when, to the second; empty if it does not, or does not say
 * @param enforcementType why, in the words of the service, as {@code BIZ_QUALITY}; {@code DEFAULT} if it does not say
 */
public record ReachoutTimelock(boolean active, Optional<Instant> enforcementEnds, String enforcementType) {

    /**
     * Checks that nothing is null.
     *
     * @param active whether it does
     * @param enforcementEnds until when, to the second; empty if it does not, or does not say
     * @param enforcementType why, in the words of the service
     */
    public ReachoutTimelock {
        requireNonNull(enforcementEnds, "enforcementEnds");
        requireNonNull(enforcementType, "enforcementType");
    }
}
