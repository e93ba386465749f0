package dev.waxwing;

import static java.util.Objects.requireNonNull;

import dev.waxwing.group.GroupMetadataCache;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What is remembered of groups; a section of {@link SocketConfig}. Not thread-safe. */
public final class GroupsConfig extends ConfigSection<GroupsConfig> {

    private static final int MOST_MEMBERS = 10_000_000;

    @Nullable
    GroupMetadataCache cachedGroupMetadata;

    Duration metadataTtl = Duration.ofDays(1);
    int metadataMembers = 100_000;

    GroupsConfig() {}

    /**
     * {@code cachedGroupMetadata}: where group metadata is remembered, so that sending to a group does not ask the
     * server; by default in memory, as {@link #metadataTtl} and {@link #metadataMembers} say.
     *
     * @param cache the application's own; it is told of every change that the server tells of
     * @return this section
     */
    public GroupsConfig cachedGroupMetadata(GroupMetadataCache cache) {
        this.cachedGroupMetadata = requireNonNull(cache, "cachedGroupMetadata");
        return this;
    }

    /**
     * How long the built-in cache uses what it knows of a group after it was asked for or changed; default 1 day. The
     * server tells of changes, so this only bounds how long a notice that got lost can matter. Without meaning for a
     * cache given by {@link #cachedGroupMetadata}.
     *
     * @param metadataTtl 1 ms to 7 days
     * @return this section
     */
    public GroupsConfig metadataTtl(Duration metadataTtl) {
        this.metadataTtl = time(metadataTtl, "metadataTtl");
        return this;
    }

    /**
     * How many members the groups that the built-in cache remembers have together; default 100,000, some 20 MB. Groups
     * used least are forgotten first. Without meaning for a cache given by {@link #cachedGroupMetadata}.
     *
     * @param metadataMembers 1 to 10,000,000
     * @return this section
     */
    public GroupsConfig metadataMembers(int metadataMembers) {
        this.metadataMembers = number(metadataMembers, 1, MOST_MEMBERS, "metadataMembers");
        return this;
    }
}
