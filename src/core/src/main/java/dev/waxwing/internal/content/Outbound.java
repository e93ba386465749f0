package dev.waxwing.internal.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.time.Instant;

/**
 * On which occasion content is encoded.
 *
 * @param me this account
 * @param to where the message goes
 * @param now the time that is written into it
 */
public record Outbound(Jid me, Jid to, Instant now) {

    /**
     * Checks for null.
     *
     * @param me this account
     * @param to where the message goes
     * @param now the time that is written into it
     */
    public Outbound {
        requireNonNull(me, "me");
        requireNonNull(to, "to");
        requireNonNull(now, "now");
    }
}
