package dev.waxwing.group;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.time.Instant;
import java.util.Optional;

/**
 * {@code groups.update}: something about a group changed.
 *
 * @param id the group
 * @param author who changed it, without a device; empty if the server did
 * @param authorAlt the other form of that address, if known
 * @param time when, to the second
 * @param change what changed
 */
public record GroupUpdate(Jid id, Optional<Jid> author, Optional<Jid> authorAlt, Instant time, GroupChange change) {

    /**
     * Checks the parts.
     *
     * @param id the group
     * @param author who changed it, without a device; empty if the server did
     * @param authorAlt the other form of that address, if known
     * @param time when, to the second
     * @param change what changed
     */
    public GroupUpdate {
        requireNonNull(id, "id");
        author = requireNonNull(author, "author").map(Jid::person);
        authorAlt = requireNonNull(authorAlt, "authorAlt").map(Jid::person);
        requireNonNull(time, "time");
        requireNonNull(change, "change");
    }
}
