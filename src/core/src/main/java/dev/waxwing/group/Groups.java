package dev.waxwing.group;

import dev.waxwing.model.Jid;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.WebMessage;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What an account does with groups; from {@code Socket.groups()}. What others do there is published as
 * {@link GroupEvents}, and as messages with a {@link dev.waxwing.model.content.StubMessage} in {@code messages.upsert}.
 *
 * <p>What the server refuses fails with {@link dev.waxwing.error.ServerRefusedException} and its code: 403 for what
 * only admins may do, 404 for a group that is not there. Without a connection a future fails at once with
 * {@link dev.waxwing.error.ConnectionLostException}, without an answer in time with
 * {@link dev.waxwing.error.RequestTimeoutException}; nothing is tried again. An argument that cannot be right is
 * refused
 * at the call, with {@link IllegalArgumentException} or {@link NullPointerException}. What this account did itself is
 * told by the future, and not for certain by an event too. Thread-safe.
 */
public interface Groups {

    /**
     * {@code groupCreate(subject, participants)}: makes a group with this account as its admin.
     *
     * @param subject its name, 1 to 100 characters
     * @param participants whom to add, by phone number or LID, at most 1,024; may be none
     * @return the group, and who was not added
     */
    CompletableFuture<CreatedGroup> create(String subject, Collection<Jid> participants);

    /**
     * {@code groupMetadata(jid)}: asks the server for what it says of a group. What sending uses is remembered, so
     * there is no need to ask before.
     *
     * @param group the group
     * @return the metadata; fails with 403 if this account is not in the group and 404 if there is none
     */
    CompletableFuture<GroupMetadata> metadata(Jid group);

    /**
     * {@code groupFetchAllParticipating()}: asks for all groups that this account is in, and remembers them.
     *
     * @return the groups, communities among them
     */
    CompletableFuture<List<GroupMetadata>> fetchAllParticipating();

    /**
     * {@code groupLeave(jid)}: leaves a group.
     *
     * @param group the group
     * @return completes when the server has answered
     */
    CompletableFuture<Void> leave(Jid group);

    /**
     * {@code groupUpdateSubject(jid, subject)}: gives a group another name.
     *
     * @param group the group
     * @param subject the name, 1 to 100 characters
     * @return completes when the server has answered
     */
    CompletableFuture<Void> updateSubject(Jid group, String subject);

    /**
     * {@code groupUpdateDescription(jid, description)}: changes what a group says about itself. The server wants to
     * know which description is replaced, so it is asked first.
     *
     * @param group the group
     * @param description the words, at most 2,048 characters; empty removes them
     * @return completes when the server has answered; fails with 409 if somebody else changed it meanwhile
     */
    CompletableFuture<Void> updateDescription(Jid group, String description);

    /**
     * {@code updateProfilePicture(jid, content)}: gives a group another picture. The bytes go to the server as they
     * are: scale and crop before.
     *
     * @param group the group
     * @param jpeg a square picture as JPEG, 1 byte to 1 MiB; 640 pixels wide is usual. Copied
     * @return the id of the picture
     */
    CompletableFuture<String> updatePicture(Jid group, byte[] jpeg);

    /**
     * {@code removeProfilePicture(jid)}: takes a group's picture away.
     *
     * @param group the group
     * @return completes when the server has answered
     */
    CompletableFuture<Void> removePicture(Jid group);

    /**
     * {@code groupParticipantsUpdate(jid, participants, action)}: adds, removes, promotes or demotes.
     *
     * @param group the group
     * @param participants to whom, by phone number or LID, 1 to 1,024
     * @param action not {@link ParticipantAction#MODIFY}
     * @return what became of each. Whoever must be invited has status 403 and an invitation, for {@link #sendInvite}
     */
    CompletableFuture<List<ParticipantResult>> participantsUpdate(
            Jid group, Collection<Jid> participants, ParticipantAction action);

    /**
     * {@code groupInviteCode(jid)}: asks for the code of the invite link, which is {@code https://chat.whatsapp.com/}
     * and the code.
     *
     * @param group the group
     * @return the code
     */
    CompletableFuture<String> inviteCode(Jid group);

    /**
     * {@code groupRevokeInvite(jid)}: makes the invite link void.
     *
     * @param group the group
     * @return the new code
     */
    CompletableFuture<String> revokeInvite(Jid group);

    /**
     * {@code groupAcceptInvite(code)}: joins by the code of an invite link.
     *
     * @param code the code, 1 to 256 characters; a whole link is taken too
     * @return the group. If it wants to approve who joins, this account is not in it yet: {@code groups.upsert}
     *     tells when it is. Fails with 410 if the link is void and 409 if this account is in the group already
     */
    CompletableFuture<Jid> acceptInvite(String code);

    /**
     * {@code groupGetInviteInfo(code)}: looks at a group before joining it.
     *
     * @param code the code, 1 to 256 characters; a whole link is taken too
     * @return what the server shows, which may be without members
     */
    CompletableFuture<GroupMetadata> getInviteInfo(String code);

    /**
     * {@code sendMessage} with {@code groupInvite}: sends a personal invitation in a chat with the person.
     *
     * @param to the person whom the invitation is for
     * @param invite from {@link ParticipantResult#invite}
     * @param caption a few words with it, at most 4,096 characters; may be empty
     * @return as for {@code Socket.sendMessage}
     */
    CompletableFuture<SentMessage> sendInvite(Jid to, GroupInvite invite, String caption);

    /**
     * {@code groupAcceptInviteV4(key, inviteMessage)}: joins by a personal invitation.
     *
     * @param invite read from the message by {@link #inviteOf}
     * @return the group
     */
    CompletableFuture<Jid> acceptInvite(GroupInvite invite);

    /**
     * {@code groupRevokeInviteV4(groupJid, invitedJid)}: makes a personal invitation void.
     *
     * @param group the group
     * @param invited whom the invitation was for
     * @return completes when the server has answered
     */
    CompletableFuture<Void> revokeInvite(Jid group, Jid invited);

    /**
     * {@code groupRequestParticipantsList(jid)}: asks who waits to be let in.
     *
     * @param group the group
     * @return those who wait
     */
    CompletableFuture<List<JoinRequest>> requestParticipantsList(Jid group);

    /**
     * {@code groupRequestParticipantsUpdate(jid, participants, action)}: lets people in, or not.
     *
     * @param group the group
     * @param participants who asked, 1 to 1,024
     * @param approve true lets them in, false refuses
     * @return what became of each
     */
    CompletableFuture<List<ParticipantResult>> requestParticipantsUpdate(
            Jid group, Collection<Jid> participants, boolean approve);

    /**
     * {@code groupSettingUpdate(jid, setting)}: turns something on or off: {@code announcement} is {@link
     * GroupSwitch#ANNOUNCE}, {@code locked} is {@link GroupSwitch#RESTRICT}; {@code groupJoinApprovalMode(jid, mode)}
     * is {@link GroupSwitch#JOIN_APPROVAL}.
     *
     * @param group the group
     * @param which one of these three, {@link GroupSwitch#NO_FREQUENTLY_FORWARDED}, {@link
     *     GroupSwitch#ADMIN_REPORTS} or {@link GroupSwitch#GROUP_HISTORY}
     * @param on true for on
     * @return completes when the server has answered
     */
    CompletableFuture<Void> settingUpdate(Jid group, GroupSwitch which, boolean on);

    /**
     * {@code groupMemberAddMode(jid, mode)}: says who may add members, share the invite link or share the latest
     * messages with new members.
     *
     * @param group the group
     * @param mode what
     * @param who who may
     * @return completes when the server has answered
     */
    CompletableFuture<Void> memberMode(Jid group, GroupChange.Mode mode, WhoMay who);

    /**
     * {@code groupToggleEphemeral(jid, expiration)}: says after which time messages disappear.
     *
     * @param group the group
     * @param expiration 24 hours, 7 days or 90 days, which is what clients offer; zero lets them stay
     * @return completes when the server has answered
     */
    CompletableFuture<Void> toggleEphemeral(Jid group, Duration expiration);

    /**
     * {@code updateMemberLabel(jid, label)}: gives this account a label in a group. It is a message to the group,
     * which goes the way of all messages.
     *
     * @param group the group
     * @param label at most 30 characters; empty removes it
     * @return as for {@code Socket.sendMessage}
     */
    CompletableFuture<SentMessage> updateMemberLabel(Jid group, String label);

    /**
     * Reads the personal invitation in a message, for {@link #acceptInvite(GroupInvite)}.
     *
     * @param message a message received
     * @return the invitation, empty if there is none in it or it lacks something
     */
    Optional<GroupInvite> inviteOf(WebMessage message);
}
