package dev.waxwing.group;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.time.Instant;
import java.util.Optional;

/**
 * {@code groups.upsert}: this account is in a group that it was not in: it was added, joined by a link, or made the
 * group on another device.
 *
 * @param group the group
 * @param author who did it, without a device
 * @param reason why, in the server's words, for example {@code invite}
 * @param time when, to the second
 */
public record GroupsUpsert(GroupMetadata group, Optional<Jid> author, Optional<String> reason, Instant time) {

    /**
     * Checks the parts.
     *
     * @param group the group
     * @param author who did it, without a device
     * @param reason why, in the server's words, for example {@code invite}
     * @param time when, to the second
     */
    public GroupsUpsert {
        requireNonNull(group, "group");
        author = requireNonNull(author, "author").map(Jid::person);
        requireNonNull(reason, "reason");
        requireNonNull(time, "time");
    }
}
