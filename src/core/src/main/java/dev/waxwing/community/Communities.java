package dev.waxwing.community;

import dev.waxwing.group.GroupMetadata;
import dev.waxwing.group.GroupParticipant;
import dev.waxwing.group.ParticipantResult;
import dev.waxwing.model.Jid;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What an account does with communities; from {@code Socket.communities()}. A community is a group too: it is left,
 * renamed, and its people and settings are changed, by {@code Socket.groups()}. What others do to its groups is
 * published as {@code groups.update} with {@link dev.waxwing.group.GroupChange.Linked}.
 *
 * <p>Failures, threads and the checks of arguments are as for {@link dev.waxwing.group.Groups}. Thread-safe.
 */
public interface Communities {

    /**
     * {@code communityCreate(subject, body)}: makes a community. The server makes its announcement group with it, which
     * {@link #fetchLinkedGroups} names.
     *
     * @param subject its name, 1 to 100 characters
     * @param description what it says about itself, at most 2,048 characters; may be empty
     * @return the community
     */
    CompletableFuture<GroupMetadata> create(String subject, String description);

    /**
     * {@code communityCreateGroup(subject, participants, parentCommunityJid)}: makes a group inside a community.
     *
     * @param community the community
     * @param subject the group's name, 1 to 100 characters
     * @param participants whom to add, by phone number or LID, at most 1,024; may be none
     * @return the group
     */
    CompletableFuture<GroupMetadata> createGroup(Jid community, String subject, Collection<Jid> participants);

    /**
     * {@code communityLinkGroup(groupJid, parentCommunityJid)}: takes groups into a community.
     *
     * @param community the community
     * @param groups the groups, 1 to 1,024, of which this account is an admin
     * @return what became of each
     */
    CompletableFuture<List<LinkResult>> linkGroups(Jid community, Collection<Jid> groups);

    /**
     * {@code communityUnlinkGroup(groupJid, parentCommunityJid)}: lets groups out of a community; they go on alone.
     *
     * @param community the community
     * @param groups the groups, 1 to 1,024
     * @param removeOrphans whether people who are in no other group of the community leave it with them
     * @return what became of each
     */
    CompletableFuture<List<LinkResult>> unlinkGroups(Jid community, Collection<Jid> groups, boolean removeOrphans);

    /**
     * {@code communityFetchLinkedGroups(jid)}: asks for the groups of a community.
     *
     * @param community the community
     * @return the groups, the one for announcements among them
     */
    CompletableFuture<List<LinkedGroup>> fetchLinkedGroups(Jid community);

    /**
     * Asks for the people in all groups of a community.
     *
     * @param community the community
     * @return the people, each once, without their roles
     */
    CompletableFuture<List<GroupParticipant>> fetchLinkedGroupsParticipants(Jid community);

    /**
     * Asks for a group of a community that this account is in, without being in the group.
     *
     * @param community the community
     * @param group the group
     * @return what the server shows
     */
    CompletableFuture<GroupMetadata> queryLinkedGroup(Jid community, Jid group);

    /**
     * Joins a group of a community that this account is in.
     *
     * @param community the community
     * @param group the group
     * @return the group. If it wants to approve who joins, this account is not in it yet: {@code groups.upsert} tells
     *     when it is
     */
    CompletableFuture<Jid> joinLinkedGroup(Jid community, Jid group);

    /**
     * {@code communityParticipantsUpdate(jid, participants, 'remove')}: removes people from a community and all its
     * groups.
     *
     * @param community the community
     * @param participants whom, 1 to 1,024
     * @return what became of each
     */
    CompletableFuture<List<ParticipantResult>> removeParticipants(Jid community, Collection<Jid> participants);

    /**
     * Deactivates a community: it is no more, and its groups go on alone.
     *
     * @param community the community
     * @return completes when the server has answered
     */
    CompletableFuture<Void> deactivate(Jid community);
}
