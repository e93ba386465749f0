package dev.waxwing.contact;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * After how long messages disappear in the new chats of a person.
 *
 * @param user the person, as asked for
 * @param duration in whole seconds; zero if they do not
 * @param setAt when that was chosen, to the second, if the server tells it
 */
public record DisappearingMode(Jid user, Duration duration, Optional<Instant> setAt) {

    /**
     * Checks that nothing is null.
     *
     * @param user the person, as asked for
     * @param duration in whole seconds; zero if they do not
     * @param setAt when that was chosen, to the second, if the server tells it
     */
    public DisappearingMode {
        requireNonNull(user, "user");
        requireNonNull(duration, "duration");
        requireNonNull(setAt, "setAt");
    }
}
