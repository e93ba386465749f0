package dev.waxwing.chat;

import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What an account does with its chats, labels and contacts; from {@code Socket.chats()}. All of it is the account's
 * application state, which its phone and its other devices share: what is done here shows there, and what is done there
 * is published by the keys of {@link ChatEvents}.
 *
 * <p>A change is stored before it leaves. It goes out when there is a connection and the phone has shared its key, after
 * a restart too, and the future completes when the server has it; one that lost the race against another device's change
 * is made again on top of that. At most 1,000 changes wait; another fails with {@link
 * dev.waxwing.error.OutboxFullException}. The future fails with {@link dev.waxwing.error.ServerRefusedException} if the
 * server does not take the change, and with the reason if the socket closes before, in which case the change goes out
 * after the next start. Cancelling it changes nothing.
 *
 * <p>Bad arguments are refused at the call; calls on a device that is not linked with {@link IllegalStateException}.
 * Thread-safe.
 */
public interface Chats {

    /**
     * {@code chatModify({ archive, lastMessages }, jid)}: puts a chat into the archive, or takes it out. One that goes
     * into the archive is not pinned any more.
     *
     * @param chat a person or a group
     * @param archive whether it is to be there
     * @param last up to which messages that holds
     * @return completes when the server has it
     */
    CompletableFuture<Void> archive(Jid chat, boolean archive, LastMessages last);

    /**
     * {@code chatModify({ pin }, jid)}: pins a chat to the top of the list, or takes it down.
     *
     * @param chat a person or a group
     * @param pin whether it is to be there
     * @return completes when the server has it
     */
    CompletableFuture<Void> pin(Jid chat, boolean pin);

    /**
     * {@code chatModify({ mute }, jid)}: mutes a chat for a time.
     *
     * @param chat a person or a group
     * @param until when that ends, to the millisecond
     * @return completes when the server has it
     */
    CompletableFuture<Void> mute(Jid chat, Instant until);

    /**
     * Mutes a chat for ever.
     *
     * @param chat a person or a group
     * @return completes when the server has it
     */
    CompletableFuture<Void> muteForever(Jid chat);

    /**
     * {@code chatModify({ mute: null }, jid)}: lets a chat make noise again.
     *
     * @param chat a person or a group
     * @return completes when the server has it
     */
    CompletableFuture<Void> unmute(Jid chat);

    /**
     * {@code chatModify({ markRead, lastMessages }, jid)}: marks a chat as read or as unread. Nobody else is told: that
     * is what {@code Socket.readMessages} is for.
     *
     * @param chat a person or a group
     * @param read whether it is read
     * @param last up to which messages that holds
     * @return completes when the server has it
     */
    CompletableFuture<Void> markRead(Jid chat, boolean read, LastMessages last);

    /**
     * {@code star(jid, messages, star)}: gives messages a star, or takes it away.
     *
     * @param messages the messages, 1 to 1,000; in a group one of somebody else's names its author
     * @param star whether they are to have one
     * @return completes when the server has it
     */
    CompletableFuture<Void> star(Collection<MessageKey> messages, boolean star);

    /**
     * {@code chatModify({ clear: true, lastMessages }, jid)}: deletes the messages of a chat, which stays.
     *
     * @param chat a person or a group
     * @param keepStarred whether starred messages stay
     * @param deleteMedia whether their media go too
     * @param last up to which messages that holds
     * @return completes when the server has it
     */
    CompletableFuture<Void> clear(Jid chat, boolean keepStarred, boolean deleteMedia, LastMessages last);

    /**
     * {@code chatModify({ delete: true, lastMessages }, jid)}: deletes a chat with its messages.
     *
     * @param chat a person or a group
     * @param deleteMedia whether their media go too
     * @param last up to which messages that holds
     * @return completes when the server has it
     */
    CompletableFuture<Void> delete(Jid chat, boolean deleteMedia, LastMessages last);

    /**
     * {@code chatModify({ deleteForMe }, jid)}: deletes a message for this account alone.
     *
     * @param message the message; in a group one of somebody else's names its author
     * @param timestamp when it was written, to the second
     * @param deleteMedia whether its media go too
     * @return completes when the server has it
     */
    CompletableFuture<Void> deleteForMe(MessageKey message, Instant timestamp, boolean deleteMedia);

    /**
     * Locks a chat, or unlocks it. Where it is locked, each device asks its owner for a proof.
     *
     * @param chat a person or a group
     * @param lock whether it is to be locked
     * @return completes when the server has it
     */
    CompletableFuture<Void> lock(Jid chat, boolean lock);

    /**
     * Hides what somebody posts as status, or shows it again.
     *
     * @param person the person
     * @param mute whether it is hidden
     * @return completes when the server has it
     */
    CompletableFuture<Void> muteStatus(Jid person, boolean mute);

    /**
     * {@code addOrEditContact(jid, contact)}: puts a person into the account's address book, or renames one there.
     *
     * @param contact the person with a name
     * @return completes when the server has it
     */
    CompletableFuture<Void> addOrEditContact(SavedContact contact);

    /**
     * {@code removeContact(jid)}: takes a person out of the account's address book.
     *
     * @param person the person
     * @return completes when the server has it
     */
    CompletableFuture<Void> removeContact(Jid person);

    /**
     * {@code addLabel(jid, labels)}: makes a label, changes it, or deletes it.
     *
     * @param label the label as it is to be
     * @return completes when the server has it
     */
    CompletableFuture<Void> addLabel(Label label);

    /**
     * {@code addChatLabel(jid, labelId)}: puts a label on a chat.
     *
     * @param chat a person or a group
     * @param labelId which label, 1 to 32 characters
     * @return completes when the server has it
     */
    CompletableFuture<Void> addChatLabel(Jid chat, String labelId);

    /**
     * {@code removeChatLabel(jid, labelId)}: takes a label off a chat.
     *
     * @param chat a person or a group
     * @param labelId which label, 1 to 32 characters
     * @return completes when the server has it
     */
    CompletableFuture<Void> removeChatLabel(Jid chat, String labelId);

    /**
     * {@code addMessageLabel(jid, messageId, labelId)}: puts a label on a message.
     *
     * @param chat a person or a group
     * @param messageId the message, 1 to 256 characters
     * @param labelId which label, 1 to 32 characters
     * @return completes when the server has it
     */
    CompletableFuture<Void> addMessageLabel(Jid chat, String messageId, String labelId);

    /**
     * {@code removeMessageLabel(jid, messageId, labelId)}: takes a label off a message.
     *
     * @param chat a person or a group
     * @param messageId the message, 1 to 256 characters
     * @param labelId which label, 1 to 32 characters
     * @return completes when the server has it
     */
    CompletableFuture<Void> removeMessageLabel(Jid chat, String messageId, String labelId);

    /**
     * Puts the labels into an order.
     *
     * @param labelIds their numbers, at most 1,000
     * @return completes when the server has it
     */
    CompletableFuture<Void> reorderLabels(List<Integer> labelIds);

    /**
     * {@code addOrEditQuickReply(quickReply)}: writes a quick reply, or changes it.
     *
     * @param reply the quick reply
     * @return completes when the server has it
     */
    CompletableFuture<Void> addOrEditQuickReply(QuickReply reply);

    /**
     * {@code removeQuickReply(timestamp)}: deletes a quick reply.
     *
     * @param id which, 1 to 32 characters
     * @return completes when the server has it
     */
    CompletableFuture<Void> removeQuickReply(String id);

    /**
     * Chooses the favourite chats.
     *
     * @param chats all of them, people and groups, in order; at most 1,000, maybe none
     * @return completes when the server has it
     */
    CompletableFuture<Void> updateFavorites(Collection<Jid> chats);

    /**
     * {@code updateProfileName(name)}: changes the name that others see. The new name is in the store, and told by
     * {@code creds.update}, when the future completes.
     *
     * @param name 1 to 100 characters
     * @return completes when the server has it
     */
    CompletableFuture<Void> updateProfileName(String name);

    /**
     * {@code updateDisableLinkPreviewsPrivacy(isPreviewsDisabled)}: whether links are sent without a preview.
     *
     * @param disabled whether they are
     * @return completes when the server has it
     */
    CompletableFuture<Void> updateDisableLinkPreviewsPrivacy(boolean disabled);

    /**
     * Whether a chat leaves the archive when a message comes.
     *
     * @param unarchive whether it does
     * @return completes when the server has it
     */
    CompletableFuture<Void> updateUnarchiveChats(boolean unarchive);

    /**
     * Whether calls go by the service's servers.
     *
     * @param enabled whether they do
     * @return completes when the server has it
     */
    CompletableFuture<Void> updateRelayAllCalls(boolean enabled);

    /**
     * How the time is written.
     *
     * @param twentyFourHours whether hours go to 24
     * @return completes when the server has it
     */
    CompletableFuture<Void> updateTimeFormat(boolean twentyFourHours);

    /**
     * {@code resyncAppState(collections, isInitialSync)}: reads the whole state again from its beginning, and publishes
     * all of it as {@linkplain AppStateAction#initial initial}: for an application that has lost what it knew.
     *
     * @return completes when all of it was read; fails with the first reason why a part of it could not be
     */
    CompletableFuture<Void> resyncAppState();
}
