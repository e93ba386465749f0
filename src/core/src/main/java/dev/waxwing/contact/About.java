package dev.waxwing.contact;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.time.Instant;
import java.util.Optional;

/**
 * What a person writes about themselves.
 *
 * @param user the person, as asked for
 * @param text the text; empty if there is none, or it is not shown to this account
 * @param setAt when it was written, to the second, if the server tells it
 */
public record About(Jid user, Optional<String> text, Optional<Instant> setAt) {

    /**
     * Checks that nothing is null.
     *
     * @param user the person, as asked for
     * @param text the text; empty if there is none, or it is not shown to this account
     * @param setAt when it was written, to the second, if the server tells it
     */
    public About {
        requireNonNull(user, "user");
        requireNonNull(text, "text");
        requireNonNull(setAt, "setAt");
    }
}
