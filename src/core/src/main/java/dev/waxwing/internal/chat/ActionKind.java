package dev.waxwing.internal.chat;

import dev.waxwing.internal.sync.syncd.StateAction;
import dev.waxwing.internal.sync.syncd.StateCollection;
import dev.waxwing.proto.syncaction.SyncActionValue;
import java.util.ArrayList;
import java.util.List;

/**
 * The actions that this device writes: what they are called, where they lie, and in which version (protocol notes 07,
 * section 8.1). An action in another collection would not be seen by the phone. Those marked have a version that no
 * peer writes; it is the one that most actions of their time have.
 */
enum ActionKind {
    MUTE("mute", StateCollection.REGULAR_HIGH, 2),
    PIN("pin_v1", StateCollection.REGULAR_LOW, 5),
    ARCHIVE("archive", StateCollection.REGULAR_LOW, 3),
    READ("markChatAsRead", StateCollection.REGULAR_LOW, 3),
    STAR("star", StateCollection.REGULAR_HIGH, 2),
    DELETE_FOR_ME("deleteMessageForMe", StateCollection.REGULAR_HIGH, 3),
    CLEAR("clearChat", StateCollection.REGULAR_HIGH, 6),
    DELETE("deleteChat", StateCollection.REGULAR_HIGH, 6),
    CONTACT("contact", StateCollection.CRITICAL_UNBLOCK_LOW, 2),
    PUSH_NAME("setting_pushName", StateCollection.CRITICAL_BLOCK, 1),
    LABEL("label_edit", StateCollection.REGULAR, 3),
    CHAT_LABEL("label_jid", StateCollection.REGULAR, 3),
    MESSAGE_LABEL("label_message", StateCollection.REGULAR, 3),
    /** Version not observed. */
    LABEL_ORDER("label_reordering", StateCollection.REGULAR, 7),
    QUICK_REPLY("quick_reply", StateCollection.REGULAR, 2),
    UNARCHIVE_CHATS("setting_unarchiveChats", StateCollection.REGULAR_LOW, 4),
    STATUS_MUTE("userStatusMute", StateCollection.REGULAR_HIGH, 7),
    TIME_FORMAT("time_format", StateCollection.REGULAR_LOW, 7),
    /** Version not observed. */
    LOCK("lock", StateCollection.REGULAR_LOW, 7),
    /** Version not observed. */
    FAVORITES("favorites", StateCollection.REGULAR_HIGH, 7),
    LINK_PREVIEWS("setting_disableLinkPreviews", StateCollection.REGULAR, 8),
    /** Version not observed. */
    RELAY_CALLS("setting_relayAllCalls", StateCollection.REGULAR, 7);

    private final String wireName;
    private final StateCollection collection;
    private final int version;

    ActionKind(String wireName, StateCollection collection, int version) {
        this.wireName = wireName;
        this.collection = collection;
        this.version = version;
    }

    StateCollection collection() {
        return collection;
    }

    /** Sets what stands under an index. */
    StateAction set(SyncActionValue value, String... about) {
        return action(value, false, about);
    }

    /** Takes an index out. */
    StateAction remove(SyncActionValue value, String... about) {
        return action(value, true, about);
    }

    private StateAction action(SyncActionValue value, boolean removal, String... about) {
        List<String> index = new ArrayList<>();
        index.add(wireName);
        index.addAll(List.of(about));
        return new StateAction(index, value, version, removal);
    }
}
