package dev.waxwing.chat;

import dev.waxwing.event.EventKey;

/**
 * The keys of the events of the application state, under the names that users of Baileys know. A star is told by {@code
 * messages.update} ({@link dev.waxwing.event.MessagesUpdate.Starred}), a push name by {@code creds.update}.
 *
 * <p>What this device changed itself is told as well, when the server has it. What was before this device was linked is
 * told once, when it is first read; {@link ChatsUpdate#initial} and its like say so.
 */
public final class ChatEvents {

    /** {@code chats.update}: chats were archived, pinned, muted, read or cleared. */
    public static final EventKey<ChatsUpdate> CHATS_UPDATE = new EventKey<>("chats.update", ChatsUpdate.class);

    /** {@code chats.delete}: a chat was deleted. */
    public static final EventKey<ChatsDelete> CHATS_DELETE = new EventKey<>("chats.delete", ChatsDelete.class);

    /** {@code chats.lock}: a chat was locked or unlocked. */
    public static final EventKey<ChatsLock> CHATS_LOCK = new EventKey<>("chats.lock", ChatsLock.class);

    /** {@code messages.delete}: messages were deleted for this account alone. */
    public static final EventKey<MessagesDelete> MESSAGES_DELETE =
            new EventKey<>("messages.delete", MessagesDelete.class);

    /** {@code contacts.upsert}: people were put into the address book, renamed there, or taken out. */
    public static final EventKey<ContactsUpsert> CONTACTS_UPSERT =
            new EventKey<>("contacts.upsert", ContactsUpsert.class);

    /** {@code labels.edit}: a label was made, changed or deleted. */
    public static final EventKey<Label> LABELS_EDIT = new EventKey<>("labels.edit", Label.class);

    /** {@code labels.association}: a label was put on a chat or a message, or taken off. */
    public static final EventKey<LabelsAssociation> LABELS_ASSOCIATION =
            new EventKey<>("labels.association", LabelsAssociation.class);

    /** {@code quick-replies.update}: a quick reply was written, changed or deleted. */
    public static final EventKey<QuickRepliesUpdate> QUICK_REPLIES_UPDATE =
            new EventKey<>("quick-replies.update", QuickRepliesUpdate.class);

    /** {@code settings.update}: a setting of the account is another. */
    public static final EventKey<SettingsUpdate> SETTINGS_UPDATE =
            new EventKey<>("settings.update", SettingsUpdate.class);

    /** {@code lid-mapping.update}: the phone says which LID a number has. */
    public static final EventKey<LidMappingUpdate> LID_MAPPING_UPDATE =
            new EventKey<>("lid-mapping.update", LidMappingUpdate.class);

    /** {@code app-state.action}: any action, as it came, those that this version knows and those that it does not. */
    public static final EventKey<AppStateAction> APP_STATE_ACTION =
            new EventKey<>("app-state.action", AppStateAction.class);

    private ChatEvents() {}
}
