package dev.waxwing.internal.chat;

import static java.util.Objects.requireNonNull;

import dev.waxwing.chat.Chats;
import dev.waxwing.chat.Label;
import dev.waxwing.chat.LastMessages;
import dev.waxwing.chat.QuickReply;
import dev.waxwing.chat.SavedContact;
import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.sync.appstate.AppState;
import dev.waxwing.internal.sync.syncd.StateAction;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.syncaction.ArchiveChatAction;
import dev.waxwing.proto.syncaction.ClearChatAction;
import dev.waxwing.proto.syncaction.ContactAction;
import dev.waxwing.proto.syncaction.DeleteChatAction;
import dev.waxwing.proto.syncaction.DeleteMessageForMeAction;
import dev.waxwing.proto.syncaction.FavoritesAction;
import dev.waxwing.proto.syncaction.LabelAssociationAction;
import dev.waxwing.proto.syncaction.LabelEditAction;
import dev.waxwing.proto.syncaction.LabelReorderingAction;
import dev.waxwing.proto.syncaction.LockChatAction;
import dev.waxwing.proto.syncaction.MarkChatAsReadAction;
import dev.waxwing.proto.syncaction.MuteAction;
import dev.waxwing.proto.syncaction.PinAction;
import dev.waxwing.proto.syncaction.PrivacySettingDisableLinkPreviewsAction;
import dev.waxwing.proto.syncaction.PrivacySettingRelayAllCalls;
import dev.waxwing.proto.syncaction.PushNameSetting;
import dev.waxwing.proto.syncaction.QuickReplyAction;
import dev.waxwing.proto.syncaction.StarAction;
import dev.waxwing.proto.syncaction.SyncActionValue;
import dev.waxwing.proto.syncaction.TimeFormatAction;
import dev.waxwing.proto.syncaction.UnarchiveChatsSetting;
import dev.waxwing.proto.syncaction.UserStatusMuteAction;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Chats, labels and contacts: calls become actions, actions of all devices become events. */
public final class ChatArea implements Area, Chats {

    private static final long FOREVER = -1;
    private static final String NONE = "0";

    private final AreaContext context;
    private final AppState state;

    /**
     * Creates the area.
     *
     * @param context what areas are given
     * @param state the account's application state
     * @param renamed takes the account's name when another device has changed it; may block on the store
     */
    public ChatArea(AreaContext context, AppState state, Consumer<String> renamed) {
        this.context = requireNonNull(context, "context");
        this.state = requireNonNull(state, "state");
        state.listen(new ActionEvents(context, renamed));
    }

    /** What the server tells of it, the application state takes. */
    @Override
    public void register(Registrations on) {}

    @Override
    public CompletableFuture<Void> archive(Jid chat, boolean archive, LastMessages last) {
        String jid = ChatArguments.chat(chat, "chat").toString();
        StateAction archived = ActionKind.ARCHIVE.set(
                value().setArchiveChatAction(ArchiveChatAction.newBuilder()
                                .setArchived(archive)
                                .setMessageRange(MessageRanges.toWire(checked(chat, last))))
                        .build(),
                jid);
        // As the official client does it (as peer whatsmeow has it).
        return archive ? change(ActionKind.ARCHIVE, List.of(archived, pinned(jid, false))) : change(archived);
    }

    @Override
    public CompletableFuture<Void> pin(Jid chat, boolean pin) {
        return change(ActionKind.PIN, pinned(ChatArguments.chat(chat, "chat").toString(), pin));
    }

    private StateAction pinned(String chat, boolean pin) {
        return ActionKind.PIN.set(
                value().setPinAction(PinAction.newBuilder().setPinned(pin)).build(), chat);
    }

    @Override
    public CompletableFuture<Void> mute(Jid chat, Instant until) {
        return mute(
                chat,
                MuteAction.newBuilder()
                        .setMuted(true)
                        .setMuteEndTimestamp(ChatArguments.time(until, "until").toEpochMilli()));
    }

    @Override
    public CompletableFuture<Void> muteForever(Jid chat) {
        return mute(chat, MuteAction.newBuilder().setMuted(true).setMuteEndTimestamp(FOREVER));
    }

    @Override
    public CompletableFuture<Void> unmute(Jid chat) {
        return mute(chat, MuteAction.newBuilder().setMuted(false));
    }

    private CompletableFuture<Void> mute(Jid chat, MuteAction.Builder mute) {
        String jid = ChatArguments.chat(chat, "chat").toString();
        return change(
                ActionKind.MUTE, ActionKind.MUTE.set(value().setMuteAction(mute).build(), jid));
    }

    @Override
    public CompletableFuture<Void> markRead(Jid chat, boolean read, LastMessages last) {
        String jid = ChatArguments.chat(chat, "chat").toString();
        return change(
                ActionKind.READ,
                ActionKind.READ.set(
                        value().setMarkChatAsReadAction(MarkChatAsReadAction.newBuilder()
                                        .setRead(read)
                                        .setMessageRange(MessageRanges.toWire(checked(chat, last))))
                                .build(),
                        jid));
    }

    @Override
    public CompletableFuture<Void> star(Collection<MessageKey> messages, boolean star) {
        SyncActionValue value =
                value().setStarAction(StarAction.newBuilder().setStarred(star)).build();
        return change(
                ActionKind.STAR,
                ChatArguments.messages(messages, "messages").stream()
                        .map(key -> ActionKind.STAR.set(value, about(key)))
                        .toList());
    }

    /** Chat, id, side and author of a message; the author only where the chat does not say who that is. */
    private static String[] about(MessageKey key) {
        boolean named = key.remoteJid().isGroup() && !key.fromMe();
        String author = key.participant()
                .filter(participant -> named)
                .map(participant -> participant.person().toString())
                .orElse(NONE);
        return new String[] {
            ChatArguments.chat(key.remoteJid(), "chat").toString(), key.id(), key.fromMe() ? "1" : NONE, author
        };
    }

    @Override
    public CompletableFuture<Void> clear(Jid chat, boolean keepStarred, boolean deleteMedia, LastMessages last) {
        String jid = ChatArguments.chat(chat, "chat").toString();
        return change(
                ActionKind.CLEAR,
                ActionKind.CLEAR.set(
                        value().setClearChatAction(ClearChatAction.newBuilder()
                                        .setMessageRange(MessageRanges.toWire(checked(chat, last))))
                                .build(),
                        jid,
                        keepStarred ? NONE : "1",
                        deleteMedia ? "1" : NONE));
    }

    @Override
    public CompletableFuture<Void> delete(Jid chat, boolean deleteMedia, LastMessages last) {
        String jid = ChatArguments.chat(chat, "chat").toString();
        return change(
                ActionKind.DELETE,
                ActionKind.DELETE.set(
                        value().setDeleteChatAction(DeleteChatAction.newBuilder()
                                        .setMessageRange(MessageRanges.toWire(checked(chat, last))))
                                .build(),
                        jid,
                        deleteMedia ? "1" : NONE));
    }

    @Override
    public CompletableFuture<Void> deleteForMe(MessageKey message, Instant timestamp, boolean deleteMedia) {
        MessageKey key = ChatArguments.message(message, "message");
        return change(
                ActionKind.DELETE_FOR_ME,
                ActionKind.DELETE_FOR_ME.set(
                        value().setDeleteMessageForMeAction(DeleteMessageForMeAction.newBuilder()
                                        .setDeleteMedia(deleteMedia)
                                        .setMessageTimestamp(ChatArguments.time(timestamp, "timestamp")
                                                .getEpochSecond()))
                                .build(),
                        about(key)));
    }

    @Override
    public CompletableFuture<Void> lock(Jid chat, boolean lock) {
        String jid = ChatArguments.chat(chat, "chat").toString();
        return change(
                ActionKind.LOCK,
                ActionKind.LOCK.set(
                        value().setLockChatAction(LockChatAction.newBuilder().setLocked(lock))
                                .build(),
                        jid));
    }

    @Override
    public CompletableFuture<Void> muteStatus(Jid person, boolean mute) {
        String jid = ChatArguments.person(person, "person").toString();
        return change(
                ActionKind.STATUS_MUTE,
                ActionKind.STATUS_MUTE.set(
                        value().setUserStatusMuteAction(
                                        UserStatusMuteAction.newBuilder().setMuted(mute))
                                .build(),
                        jid));
    }

    @Override
    public CompletableFuture<Void> addOrEditContact(SavedContact contact) {
        requireNonNull(contact, "contact");
        if (contact.isRemoved()) {
            throw new IllegalArgumentException("contact must not be a removed one: removeContact does that");
        }
        ContactAction.Builder action = ContactAction.newBuilder().setSaveOnPrimaryAddressbook(contact.isOnPhone());
        contact.fullName().ifPresent(action::setFullName);
        contact.firstName().ifPresent(action::setFirstName);
        contact.username().ifPresent(action::setUsername);
        contact.lid().ifPresent(lid -> action.setLidJID(lid.toString()));
        contact.phoneNumber().ifPresent(number -> action.setPnJID(number.toString()));
        return change(
                ActionKind.CONTACT,
                ActionKind.CONTACT.set(
                        value().setContactAction(action).build(), contact.id().toString()));
    }

    @Override
    public CompletableFuture<Void> removeContact(Jid person) {
        String jid = ChatArguments.person(person, "person").toString();
        return change(
                ActionKind.CONTACT,
                ActionKind.CONTACT.remove(
                        value().setContactAction(ContactAction.getDefaultInstance())
                                .build(),
                        jid));
    }

    @Override
    public CompletableFuture<Void> addLabel(Label label) {
        requireNonNull(label, "label");
        LabelEditAction.Builder action = LabelEditAction.newBuilder()
                .setName(label.name())
                .setColor(label.color())
                .setDeleted(label.deleted());
        label.predefinedId().ifPresent(action::setPredefinedID);
        return change(
                ActionKind.LABEL,
                ActionKind.LABEL.set(value().setLabelEditAction(action).build(), label.id()));
    }

    @Override
    public CompletableFuture<Void> addChatLabel(Jid chat, String labelId) {
        return labelChat(chat, labelId, true);
    }

    @Override
    public CompletableFuture<Void> removeChatLabel(Jid chat, String labelId) {
        return labelChat(chat, labelId, false);
    }

    private CompletableFuture<Void> labelChat(Jid chat, String labelId, boolean labeled) {
        String jid = ChatArguments.chat(chat, "chat").toString();
        return change(
                ActionKind.CHAT_LABEL, ActionKind.CHAT_LABEL.set(labeled(labeled), ChatArguments.label(labelId), jid));
    }

    @Override
    public CompletableFuture<Void> addMessageLabel(Jid chat, String messageId, String labelId) {
        return labelMessage(chat, messageId, labelId, true);
    }

    @Override
    public CompletableFuture<Void> removeMessageLabel(Jid chat, String messageId, String labelId) {
        return labelMessage(chat, messageId, labelId, false);
    }

    private CompletableFuture<Void> labelMessage(Jid chat, String messageId, String labelId, boolean labeled) {
        String jid = ChatArguments.chat(chat, "chat").toString();
        String id = ChatArguments.messageId(messageId);
        return change(
                ActionKind.MESSAGE_LABEL,
                ActionKind.MESSAGE_LABEL.set(labeled(labeled), ChatArguments.label(labelId), jid, id, NONE, NONE));
    }

    private SyncActionValue labeled(boolean labeled) {
        return value().setLabelAssociationAction(
                        LabelAssociationAction.newBuilder().setLabeled(labeled))
                .build();
    }

    @Override
    public CompletableFuture<Void> reorderLabels(List<Integer> labelIds) {
        List<Integer> order = ChatArguments.numbers(labelIds, "labelIds");
        return change(
                ActionKind.LABEL_ORDER,
                ActionKind.LABEL_ORDER.set(value().setLabelReorderingAction(
                                LabelReorderingAction.newBuilder().addAllSortedLabelIDs(order))
                        .build()));
    }

    @Override
    public CompletableFuture<Void> addOrEditQuickReply(QuickReply reply) {
        requireNonNull(reply, "reply");
        return quickReply(
                reply.id(),
                QuickReplyAction.newBuilder()
                        .setShortcut(reply.shortcut())
                        .setMessage(reply.message())
                        .addAllKeywords(reply.keywords())
                        .setCount(0)
                        .setDeleted(false));
    }

    @Override
    public CompletableFuture<Void> removeQuickReply(String id) {
        return quickReply(
                ChatArguments.replyId(id), QuickReplyAction.newBuilder().setDeleted(true));
    }

    private CompletableFuture<Void> quickReply(String id, QuickReplyAction.Builder action) {
        return change(
                ActionKind.QUICK_REPLY,
                ActionKind.QUICK_REPLY.set(value().setQuickReplyAction(action).build(), id));
    }

    @Override
    public CompletableFuture<Void> updateFavorites(Collection<Jid> chats) {
        FavoritesAction.Builder favorites = FavoritesAction.newBuilder();
        ChatArguments.chats(chats, "chats")
                .forEach(chat -> favorites.addFavorites(
                        FavoritesAction.Favorite.newBuilder().setID(chat.toString())));
        return change(
                ActionKind.FAVORITES,
                ActionKind.FAVORITES.set(value().setFavoritesAction(favorites).build()));
    }

    @Override
    public CompletableFuture<Void> updateProfileName(String name) {
        String checked = ChatArguments.name(name);
        return change(
                ActionKind.PUSH_NAME,
                ActionKind.PUSH_NAME.set(
                        value().setPushNameSetting(PushNameSetting.newBuilder().setName(checked))
                                .build()));
    }

    @Override
    public CompletableFuture<Void> updateDisableLinkPreviewsPrivacy(boolean disabled) {
        return change(
                ActionKind.LINK_PREVIEWS,
                ActionKind.LINK_PREVIEWS.set(value().setPrivacySettingDisableLinkPreviewsAction(
                                PrivacySettingDisableLinkPreviewsAction.newBuilder()
                                        .setIsPreviewsDisabled(disabled))
                        .build()));
    }

    @Override
    public CompletableFuture<Void> updateUnarchiveChats(boolean unarchive) {
        return change(
                ActionKind.UNARCHIVE_CHATS,
                ActionKind.UNARCHIVE_CHATS.set(value().setUnarchiveChatsSetting(
                                UnarchiveChatsSetting.newBuilder().setUnarchiveChats(unarchive))
                        .build()));
    }

    @Override
    public CompletableFuture<Void> updateRelayAllCalls(boolean enabled) {
        return change(
                ActionKind.RELAY_CALLS,
                ActionKind.RELAY_CALLS.set(value().setPrivacySettingRelayAllCalls(
                                PrivacySettingRelayAllCalls.newBuilder().setIsEnabled(enabled))
                        .build()));
    }

    @Override
    public CompletableFuture<Void> updateTimeFormat(boolean twentyFourHours) {
        return change(
                ActionKind.TIME_FORMAT,
                ActionKind.TIME_FORMAT.set(value().setTimeFormatAction(
                                TimeFormatAction.newBuilder().setIsTwentyFourHourFormatEnabled(twentyFourHours))
                        .build()));
    }

    @Override
    public CompletableFuture<Void> resyncAppState() {
        requireLinked();
        return context.threads().handOut(state.resync());
    }

    private static LastMessages checked(Jid chat, LastMessages last) {
        return ChatArguments.last(ChatArguments.chat(chat, "chat"), last);
    }

    private SyncActionValue.Builder value() {
        return SyncActionValue.newBuilder().setTimestamp(context.clock().millis());
    }

    private CompletableFuture<Void> change(StateAction archived) {
        return change(ActionKind.ARCHIVE, archived);
    }

    private CompletableFuture<Void> change(ActionKind kind, StateAction action) {
        return change(kind, List.of(action));
    }

    private CompletableFuture<Void> change(ActionKind kind, List<StateAction> actions) {
        requireLinked();
        return context.threads().handOut(state.change(kind.collection(), actions));
    }

    private void requireLinked() {
        if (context.self().get().me().isEmpty()) {
            throw new IllegalStateException("this device is not linked");
        }
    }
}
