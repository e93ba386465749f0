package dev.waxwing.group;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.time.Instant;
import java.util.Optional;

/**
 * Somebody who waits to be let into a group.
 *
 * @param id who, without a device
 * @param alt the other form, if known
 * @param method how the person asked, in the server's words, for example {@code invite_link}
 * @param time when, to the second
 */
public record JoinRequest(Jid id, Optional<Jid> alt, Optional<String> method, Optional<Instant> time) {

    /**
     * Checks the parts.
     *
     * @param id who, without a device
     * @param alt the other form, if known
     * @param method how the person asked, in the server's words, for example {@code invite_link}
     * @param time when, to the second
     */
    public JoinRequest {
        id = requireNonNull(id, "id").person();
        alt = requireNonNull(alt, "alt").map(Jid::person);
        requireNonNull(method, "method");
        requireNonNull(time, "time");
    }
}
