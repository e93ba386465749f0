package dev.waxwing.internal.chat;

import static java.util.Objects.requireNonNull;

import dev.waxwing.chat.AppStateAction;
import dev.waxwing.chat.ChatChange;
import dev.waxwing.chat.ChatEvents;
import dev.waxwing.chat.ChatUpdate;
import dev.waxwing.chat.ChatsDelete;
import dev.waxwing.chat.ChatsLock;
import dev.waxwing.chat.ChatsUpdate;
import dev.waxwing.chat.ContactsUpsert;
import dev.waxwing.chat.LidMappingUpdate;
import dev.waxwing.chat.MessagesDelete;
import dev.waxwing.chat.SavedContact;
import dev.waxwing.chat.SettingsUpdate;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessagesUpdate;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.sync.appstate.StateListener;
import dev.waxwing.internal.sync.syncd.StateAction;
import dev.waxwing.internal.sync.syncd.StateCollection;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.syncaction.MuteAction;
import dev.waxwing.proto.syncaction.SyncActionValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the application what was done to the application state. What an action says that makes no sense is left out of
 * the typed event, and is in {@code app-state.action} all the same: no action is an error.
 */
final class ActionEvents implements StateListener {

    private static final Logger LOG = LoggerFactory.getLogger(ActionEvents.class);

    private static final String YES = "1";

    private final AreaContext context;
    private final Consumer<String> renamed;

    ActionEvents(AreaContext context, Consumer<String> renamed) {
        this.context = requireNonNull(context, "context");
        this.renamed = requireNonNull(renamed, "renamed");
    }

    /** What goes into one event. Used by one thread. */
    private final class Telling {

        private final boolean initial;
        private final List<ChatUpdate> chats = new ArrayList<>();
        private final List<SavedContact> contacts = new ArrayList<>();

        Telling(boolean initial) {
            this.initial = initial;
        }

        void chat(String jid, SyncActionValue value, ChatChange change) {
            MessageRanges.jid(jid).ifPresent(chat -> {
                tellContacts();
                chats.add(new ChatUpdate(chat, time(value), change));
            });
        }

        void contact(SavedContact contact) {
            tellChats();
            contacts.add(contact);
        }

        void setting(SyncActionValue value) {
            SettingValues.of(value).ifPresent(setting -> {
                flush();
                context.events().publish(ChatEvents.SETTINGS_UPDATE, new SettingsUpdate(setting, initial));
            });
        }

        void flush() {
            tellChats();
            tellContacts();
        }

        private void tellChats() {
            if (!chats.isEmpty()) {
                context.events().publish(ChatEvents.CHATS_UPDATE, new ChatsUpdate(chats, initial));
                chats.clear();
            }
        }

        private void tellContacts() {
            if (!contacts.isEmpty()) {
                context.events().publish(ChatEvents.CONTACTS_UPSERT, new ContactsUpsert(contacts, initial));
                contacts.clear();
            }
        }
    }

    @Override
    public void applied(StateCollection collection, List<StateAction> actions, boolean initial) {
        Telling telling = new Telling(initial);
        for (StateAction action : actions) {
            try {
                tell(action, telling);
            } catch (RuntimeException e) {
                LOG.warn("{} of {} is told as it came only", action.name(), collection, e);
            }
        }
        telling.flush();
        for (StateAction action : actions) {
            context.events()
                    .publish(
                            ChatEvents.APP_STATE_ACTION,
                            new AppStateAction(
                                    collection.wireName(),
                                    action.index(),
                                    action.value(),
                                    action.version(),
                                    action.removal(),
                                    initial));
        }
    }

    private void tell(StateAction action, Telling telling) {
        if (action.removal() && !action.name().equals("contact")) {
            // Nothing else is taken out of the state by any client: what ends is set to its end.
            return;
        }
        SyncActionValue value = action.value();
        String about = action.part(1);
        switch (action.name()) {
            case "mute" -> telling.chat(about, value, muted(value.getMuteAction()));
            case "pin_v1" ->
                telling.chat(
                        about, value, new ChatChange.Pinned(value.getPinAction().getPinned()));
            case "archive" ->
                telling.chat(
                        about,
                        value,
                        new ChatChange.Archived(
                                value.getArchiveChatAction().getArchived(),
                                MessageRanges.fromWire(
                                        value.getArchiveChatAction().getMessageRange())));
            case "markChatAsRead" ->
                telling.chat(
                        about,
                        value,
                        new ChatChange.Read(
                                value.getMarkChatAsReadAction().getRead(),
                                MessageRanges.fromWire(
                                        value.getMarkChatAsReadAction().getMessageRange())));
            case "userStatusMute" ->
                telling.chat(
                        about,
                        value,
                        new ChatChange.StatusMuted(
                                value.getUserStatusMuteAction().getMuted()));
            case "star", "deleteMessageForMe", "clearChat", "deleteChat", "lock" -> {
                telling.flush();
                ended(action, telling.initial);
            }
            case "contact", "lid_contact", "pnForLidChat", "setting_pushName" -> person(action, telling);
            case "label_edit", "label_jid", "label_message", "quick_reply" -> {
                telling.flush();
                BusinessActions.tell(action, context.events());
            }
            default -> telling.setting(value);
        }
    }

    private static ChatChange muted(MuteAction mute) {
        long until = mute.getMuteEndTimestamp();
        // In the past it has ended; below zero it never does.
        return new ChatChange.Muted(
                mute.getMuted(),
                mute.getMuted() && until > 0 ? Optional.of(Instant.ofEpochMilli(until)) : Optional.empty());
    }

    private void ended(StateAction action, boolean initial) {
        SyncActionValue value = action.value();
        Optional<Jid> chat = MessageRanges.jid(action.part(1));
        Optional<MessageKey> message =
                MessageRanges.key(action.part(1), action.part(2), action.part(3).equals(YES), action.part(4));
        switch (action.name()) {
            case "star" ->
                message.ifPresent(key -> context.events()
                        .publish(
                                Events.MESSAGES_UPDATE,
                                new MessagesUpdate(List.of(new MessagesUpdate.Starred(
                                        key, value.getStarAction().getStarred())))));
            case "deleteMessageForMe" ->
                message.ifPresent(key -> context.events()
                        .publish(
                                ChatEvents.MESSAGES_DELETE,
                                new MessagesDelete.Keys(
                                        List.of(key),
                                        value.getDeleteMessageForMeAction().getDeleteMedia())));
            case "clearChat" ->
                chat.ifPresent(id -> context.events()
                        .publish(
                                ChatEvents.MESSAGES_DELETE,
                                new MessagesDelete.All(
                                        id,
                                        !action.part(2).equals(YES),
                                        action.part(3).equals(YES),
                                        MessageRanges.fromWire(
                                                value.getClearChatAction().getMessageRange()))));
            case "deleteChat" ->
                chat.ifPresent(id -> context.events()
                        .publish(
                                ChatEvents.CHATS_DELETE,
                                new ChatsDelete(
                                        id,
                                        action.part(2).equals(YES),
                                        MessageRanges.fromWire(
                                                value.getDeleteChatAction().getMessageRange()),
                                        initial)));
            default ->
                chat.ifPresent(id -> context.events()
                        .publish(
                                ChatEvents.CHATS_LOCK,
                                new ChatsLock(id, value.getLockChatAction().getLocked())));
        }
    }

    private void person(StateAction action, Telling telling) {
        SyncActionValue value = action.value();
        switch (action.name()) {
            case "setting_pushName" -> {
                telling.flush();
                named(value.getPushNameSetting().getName());
            }
            case "pnForLidChat" -> {
                telling.flush();
                pair(action.part(1), value.getPnForLidChatAction().getPnJID());
            }
            default ->
                ContactValues.of(action).ifPresent(contact -> {
                    telling.contact(contact);
                    contact.lid().ifPresent(lid -> pair(lid.toString(), number(contact)));
                });
        }
    }

    private static String number(SavedContact contact) {
        Jid number = contact.phoneNumber().orElse(contact.id());
        return number.isPhone() ? number.toString() : "";
    }

    /** On the word of an own device, which has it from the server. */
    private void pair(String lid, String number) {
        Optional<Jid> known = MessageRanges.jid(lid).filter(Jid::isLid);
        Optional<Jid> phone = MessageRanges.jid(number).filter(Jid::isPhone);
        if (known.isPresent() && phone.isPresent() && context.people().learn(known.get(), phone.get())) {
            context.events().publish(ChatEvents.LID_MAPPING_UPDATE, new LidMappingUpdate(known.get(), phone.get()));
        }
    }

    /** Others see it when a presence says it (as peers Baileys and whatsmeow do). */
    private void named(String name) {
        boolean isNews = !name.isEmpty() && !context.self().get().pushName().equals(Optional.of(name));
        if (isNews) {
            renamed.accept(name);
            context.stream()
                    .send(Node.builder("presence")
                            .attr("name", name.replace("@", ""))
                            .build());
        }
    }

    private static Instant time(SyncActionValue value) {
        return value.getTimestamp() < 0 ? Instant.EPOCH : Instant.ofEpochMilli(value.getTimestamp());
    }
}
