package dev.waxwing.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * Whether one person comes to an event, in place of what that person answered before.
 *
 * @param answer whether the person comes
 * @param extraGuests how many others the person brings, 0 or more
 * @param respondedAt when, by that person's clock
 */
public record EventResponse(Answer answer, int extraGuests, Instant respondedAt) {

    /** Whether somebody comes. */
    public enum Answer {
        /** Comes. */
        GOING,
        /** Does not come. */
        NOT_GOING,
        /** May come. */
        MAYBE,
        /** An answer that this version does not know. */
        UNKNOWN
    }

    /**
     * Checks the parts.
     *
     * @param answer whether the person comes
     * @param extraGuests how many others the person brings
     * @param respondedAt when
     */
    public EventResponse {
        requireNonNull(answer, "answer");
        requireNonNull(respondedAt, "respondedAt");
        if (extraGuests < 0) {
            throw new IllegalArgumentException("extraGuests must not be negative but was " + extraGuests);
        }
    }
}
