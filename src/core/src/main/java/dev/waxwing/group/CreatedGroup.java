package dev.waxwing.group;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import java.util.List;

/**
 * A group that this account has made.
 *
 * @param metadata the group as it is now
 * @param notAdded those of the people named whom the server did not add; empty if all are in
 */
public record CreatedGroup(GroupMetadata metadata, List<ParticipantResult> notAdded) {

    /**
     * Checks the parts.
     *
     * @param metadata the group as it is now
     * @param notAdded those of the people named whom the server did not add; empty if all are in
     */
    public CreatedGroup {
        requireNonNull(metadata, "metadata");
        notAdded = Copies.list(notAdded, "notAdded");
    }
}
