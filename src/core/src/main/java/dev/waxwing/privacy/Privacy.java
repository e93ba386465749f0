package dev.waxwing.privacy;

import dev.waxwing.model.Jid;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What this account shows and allows whom; from {@code Socket.privacy()}.
 *
 * <p>Futures fail with {@link dev.waxwing.error.ConnectionLostException} without a connection,
 * {@link dev.waxwing.error.RequestTimeoutException} without an answer in time,
 * {@link dev.waxwing.error.ServerRefusedException} if the server refuses, and
 * {@link dev.waxwing.error.ProtocolViolationException} if it answers with something else. Thread-safe.
 */
public interface Privacy {

    /**
     * {@code fetchPrivacySettings()}: asks for all settings.
     *
     * @return the settings, without those that this version does not know
     */
    CompletableFuture<Map<PrivacyCategory, PrivacyValue>> fetchPrivacySettings();

    /**
     * {@code updateLastSeenPrivacy(value)}, {@code updateOnlinePrivacy}, {@code updateProfilePicturePrivacy},
     * {@code updateStatusPrivacy}, {@code updateReadReceiptsPrivacy}, {@code updateGroupsAddPrivacy},
     * {@code updateCallPrivacy}, {@code updateMessagesPrivacy}: changes one setting.
     *
     * @param category which
     * @param value to what
     * @return completes when the server has confirmed
     * @throws IllegalArgumentException if the category cannot have the value
     */
    CompletableFuture<Void> updatePrivacy(PrivacyCategory category, PrivacyValue value);

    /**
     * Sets a category to {@link PrivacyValue#CONTACTS_EXCEPT} and changes who is excepted. Baileys has no call for it.
     *
     * @param category one that can have that value
     * @param added who is excepted from now on; at most 1,000 people
     * @param removed who is not any more; at most 1,000 people
     * @return completes when the server has confirmed
     * @throws IllegalArgumentException if the category cannot have the value, somebody is no person or in both, or all
     *     are too many
     */
    CompletableFuture<Void> updateExceptions(PrivacyCategory category, Collection<Jid> added, Collection<Jid> removed);

    /**
     * {@code updateDefaultDisappearingMode(duration)}: after how long messages disappear in new chats.
     *
     * @param duration whole seconds up to a year; zero for never. Phones offer 24 hours, 7 and 90 days
     * @return completes when the server has confirmed
     * @throws IllegalArgumentException if {@code duration} is negative, longer, or no whole seconds
     */
    CompletableFuture<Void> updateDefaultDisappearingMode(Duration duration);

    /**
     * {@code fetchBlocklist()}: asks whom this account has blocked. Published as {@code blocklist.set} too.
     *
     * @return the people, by LID where that is known
     */
    CompletableFuture<List<Jid>> fetchBlocklist();

    /**
     * {@code updateBlockStatus(jid, 'block')}: blocks a person, who can then neither write nor call, nor see when this
     * account is there.
     *
     * @param person by phone number or LID; the server is asked for the other form if it is not known
     * @return completes when the server has confirmed
     * @throws IllegalArgumentException if {@code person} is none
     */
    CompletableFuture<Void> block(Jid person);

    /**
     * {@code updateBlockStatus(jid, 'unblock')}: takes a person from the block list.
     *
     * @param person by phone number or LID
     * @return completes when the server has confirmed
     * @throws IllegalArgumentException if {@code person} is none
     */
    CompletableFuture<Void> unblock(Jid person);

    /**
     * {@code fetchAccountReachoutTimelock()}: asks whether the service keeps this account from writing to strangers.
     * Published as {@code reachout-timelock.update} too.
     *
     * @return what it says
     */
    CompletableFuture<ReachoutTimelock> fetchAccountReachoutTimelock();

    /**
     * {@code fetchNewChatMessageCap()}: asks how many chats this account may begin.
     *
     * @return what it says
     */
    CompletableFuture<NewChatMessageCap> fetchNewChatMessageCap();
}
