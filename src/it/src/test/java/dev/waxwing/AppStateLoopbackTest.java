package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.waxwing.chat.AppStateAction;
import dev.waxwing.chat.ChatChange;
import dev.waxwing.chat.ChatEvents;
import dev.waxwing.chat.ChatUpdate;
import dev.waxwing.chat.ChatsUpdate;
import dev.waxwing.chat.ContactsUpsert;
import dev.waxwing.chat.Label;
import dev.waxwing.chat.LabelsAssociation;
import dev.waxwing.chat.LastMessages;
import dev.waxwing.chat.MessagesDelete;
import dev.waxwing.chat.QuickRepliesUpdate;
import dev.waxwing.chat.QuickReply;
import dev.waxwing.chat.SavedContact;
import dev.waxwing.chat.Setting;
import dev.waxwing.chat.SettingsUpdate;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.event.CredsUpdate;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessagesUpdate;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.serversync.SyncdPatch;
import dev.waxwing.proto.syncaction.ContactAction;
import dev.waxwing.proto.syncaction.PinAction;
import dev.waxwing.proto.syncaction.PushNameSetting;
import dev.waxwing.proto.syncaction.SyncActionValue;
import dev.waxwing.proto.syncaction.UserStatusMuteAction;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.Phone;
import dev.waxwing.testkit.traffic.JournalEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The application state of one account on its phone and two linked devices, through the whole stack. */
final class AppStateLoopbackTest {

    private static final String PINS = "regular_low";
    private static final Jid BOB = Jid.parse("15551230002@s.whatsapp.net");
    private static final Jid GROUP = Jid.parse("120363000000000001@g.us");
    private static final Instant THEN = Instant.ofEpochSecond(1_760_000_000);
    private static final MessageKey MESSAGE = MessageKey.of(BOB, false, "3EB0AA");

    private final LoopbackServer server =
            LoopbackServer.builder().phoneBootstrap(true).start();
    private final Phone phone = server.phone("alice");
    private final List<Client> clients = new ArrayList<>();

    @AfterEach
    void stop() {
        clients.forEach(Client::close);
        server.close();
    }

    @Test
    void givenAStateOnThePhone_whenADeviceIsLinked_thenAllOfItIsToldOnce() throws Exception {
        pin(phone, "1555000", false);
        pin(phone, "1555000", true);
        contact(phone, BOB, "Bob B.");
        Client laptop = builder(MemoryStore.create());
        Heard<ChatsUpdate> chats = Heard.on(laptop.socket(), ChatEvents.CHATS_UPDATE);
        Heard<ContactsUpsert> contacts = Heard.on(laptop.socket(), ChatEvents.CONTACTS_UPSERT);

        laptop.socket().whenOpen().get(Client.PATIENCE_SECONDS, SECONDS);

        ChatsUpdate told = chats.await(update -> true);
        assertThat(told.initial()).isTrue();
        assertThat(told.updates()).extracting(ChatUpdate::change).containsExactly(new ChatChange.Pinned(true));
        assertThat(contacts.await(update -> true).contacts())
                .singleElement()
                .satisfies(contact -> assertThat(contact.fullName()).contains("Bob B."));
    }

    @Test
    void givenTwoDevices_whenOneChangesAChat_thenTheOtherAndThePhoneSeeIt() throws Exception {
        Client laptop = open(MemoryStore.create());
        Client tablet = open(MemoryStore.create());
        Heard<ChatsUpdate> atTablet = Heard.on(tablet.socket(), ChatEvents.CHATS_UPDATE);
        Heard<ChatsUpdate> atLaptop = Heard.on(laptop.socket(), ChatEvents.CHATS_UPDATE);

        done(laptop.socket().chats().archive(BOB, true, LastMessages.of(MESSAGE, THEN)));

        ChatUpdate update = change(atTablet, ChatChange.Archived.class);
        assertThat(update.id()).isEqualTo(BOB);
        assertThat(((ChatChange.Archived) update.change()).last()).isEqualTo(LastMessages.of(MESSAGE, THEN));
        assertThat(change(atLaptop, ChatChange.Archived.class)).isEqualTo(update);
        assertThat(phone.state(PINS)
                        .get(List.of("archive", BOB.toString()))
                        .getArchiveChatAction()
                        .getArchived())
                .isTrue();
        assertThat(phone.state(PINS)
                        .get(List.of("pin_v1", BOB.toString()))
                        .getPinAction()
                        .getPinned())
                .as("what is archived is not pinned")
                .isFalse();
    }

    @Test
    void givenEveryCall_whenMade_thenTheOtherDeviceIsToldOfEach() throws Exception {
        Client laptop = open(MemoryStore.create());
        Client tablet = open(MemoryStore.create());
        Heard<ChatsUpdate> chats = Heard.on(tablet.socket(), ChatEvents.CHATS_UPDATE);
        Heard<MessagesDelete> deleted = Heard.on(tablet.socket(), ChatEvents.MESSAGES_DELETE);
        Heard<MessagesUpdate> messages = Heard.on(tablet.socket(), Events.MESSAGES_UPDATE);
        Heard<Label> labels = Heard.on(tablet.socket(), ChatEvents.LABELS_EDIT);
        Heard<LabelsAssociation> labelled = Heard.on(tablet.socket(), ChatEvents.LABELS_ASSOCIATION);
        Heard<QuickRepliesUpdate> replies = Heard.on(tablet.socket(), ChatEvents.QUICK_REPLIES_UPDATE);
        Heard<SettingsUpdate> settings = Heard.on(tablet.socket(), ChatEvents.SETTINGS_UPDATE);
        Heard<ContactsUpsert> contacts = Heard.on(tablet.socket(), ChatEvents.CONTACTS_UPSERT);
        LastMessages last = LastMessages.of(MESSAGE, THEN);
        var call = laptop.socket().chats();

        done(call.pin(BOB, true));
        done(call.mute(BOB, THEN));
        done(call.muteForever(GROUP));
        done(call.unmute(GROUP));
        done(call.markRead(BOB, false, last));
        done(call.muteStatus(BOB, true));
        done(call.star(List.of(MESSAGE), true));
        done(call.deleteForMe(MESSAGE, THEN, true));
        done(call.clear(BOB, true, false, last));
        done(call.addLabel(Label.of("3", "VIP", 4)));
        done(call.addChatLabel(BOB, "3"));
        done(call.removeMessageLabel(BOB, "3EB0AA", "3"));
        done(call.addOrEditQuickReply(new QuickReply("1760000000", "/hi", "hello", List.of("greeting"))));
        done(call.removeQuickReply("1760000000"));
        done(call.updateDisableLinkPreviewsPrivacy(true));
        done(call.updateUnarchiveChats(true));
        done(call.updateTimeFormat(true));
        done(call.updateRelayAllCalls(true));
        done(call.updateFavorites(List.of(BOB, GROUP)));
        done(call.reorderLabels(List.of(3, 1)));
        done(call.addOrEditContact(SavedContact.builder(BOB).fullName("Bob B.").build()));
        done(call.removeContact(BOB));
        var deletedChats = Heard.on(tablet.socket(), ChatEvents.CHATS_DELETE);
        var locked = Heard.on(tablet.socket(), ChatEvents.CHATS_LOCK);
        done(call.delete(GROUP, true, LastMessages.none()));
        done(call.lock(BOB, true));

        assertThat(change(chats, ChatChange.Pinned.class).change()).isEqualTo(new ChatChange.Pinned(true));
        assertThat(change(chats, ChatChange.Read.class).change()).isEqualTo(new ChatChange.Read(false, last));
        assertThat(change(chats, ChatChange.StatusMuted.class).change()).isEqualTo(new ChatChange.StatusMuted(true));
        chats.await(update -> update.updates().stream()
                .anyMatch(one ->
                        one.id().equals(GROUP) && one.change().equals(new ChatChange.Muted(false, Optional.empty()))));
        deleted.await(event -> event.equals(new MessagesDelete.Keys(List.of(MESSAGE), true)));
        deleted.await(event -> event.equals(new MessagesDelete.All(BOB, true, false, last)));
        messages.await(event -> event.updates().contains(new MessagesUpdate.Starred(MESSAGE, true)));
        labels.await(event -> event.equals(Label.of("3", "VIP", 4)));
        labelled.await(event -> event.labeled() && event.messageId().isEmpty());
        labelled.await(event -> !event.labeled() && event.messageId().isPresent());
        replies.await(event -> event.reply().message().equals("hello") && !event.deleted());
        replies.await(QuickRepliesUpdate::deleted);
        for (Setting setting : List.of(
                new Setting.DisableLinkPreviews(true),
                new Setting.UnarchiveChats(true),
                new Setting.TimeFormat(true),
                new Setting.RelayAllCalls(true),
                new Setting.Favorites(List.of(BOB, GROUP)),
                new Setting.LabelOrder(List.of(3, 1)))) {
            settings.await(event -> event.setting().equals(setting));
        }
        contacts.await(event ->
                event.contacts().stream().anyMatch(one -> one.fullName().isPresent()));
        contacts.await(event -> event.contacts().stream().anyMatch(SavedContact::isRemoved));
        deletedChats.await(event -> event.id().equals(GROUP) && event.deleteMedia());
        locked.await(event -> event.id().equals(BOB) && event.locked());
        assertThat(phone.state("critical_unblock_low")).isEmpty();
    }

    @Test
    void givenAnActionThatNoVersionKnows_whenThePhoneMakesIt_thenItIsToldAsItCame() throws Exception {
        Client laptop = open(MemoryStore.create());
        done(laptop.socket().chats().resyncAppState());
        Heard<AppStateAction> actions = Heard.on(laptop.socket(), ChatEvents.APP_STATE_ACTION);

        phone.setState(
                "regular_high",
                99,
                SyncActionValue.newBuilder()
                        .setTimestamp(1)
                        .setUserStatusMuteAction(
                                UserStatusMuteAction.newBuilder().setMuted(true))
                        .build(),
                "of_next_year",
                "x\"y\n");

        AppStateAction told = actions.await(action -> true);
        assertThat(told.initial())
                .as("the collection was read before, and empty")
                .isFalse();
        assertThat(told.index()).containsExactly("of_next_year", "x\"y\n");
        assertThat(told.version()).isEqualTo(99);
        assertThat(told.collection()).isEqualTo("regular_high");
        assertThat(told.value().getUserStatusMuteAction().getMuted()).isTrue();
    }

    @Test
    void givenThePhoneHasAnotherName_whenItIsTold_thenThisDeviceGoesByIt() throws Exception {
        Client laptop = open(MemoryStore.create());
        Heard<CredsUpdate> creds = Heard.on(laptop.socket(), Events.CREDS_UPDATE);

        phone.setState(
                "critical_block",
                1,
                SyncActionValue.newBuilder()
                        .setPushNameSetting(PushNameSetting.newBuilder().setName("Alice A."))
                        .build(),
                "setting_pushName");
        creds.await(update -> update.pushName().equals(Optional.of("Alice A.")));

        done(laptop.socket().chats().updateProfileName("Al"));
        creds.await(update -> update.pushName().equals(Optional.of("Al")));
    }

    @Test
    void givenAnotherDeviceWasFaster_whenAPatchConflicts_thenBothChangesHold() throws Exception {
        Client laptop = open(MemoryStore.create());
        Client tablet = open(MemoryStore.create());
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            all.add(laptop.socket().chats().pin(chat(i), true));
            all.add(tablet.socket().chats().pin(chat(100 + i), true));
            all.add(laptop.socket().chats().pin(chat(200), i % 2 == 0));
        }

        for (CompletableFuture<Void> one : all) {
            done(one);
        }

        Map<List<String>, SyncActionValue> state = phone.state(PINS);
        assertThat(state).hasSize(61);
        assertThat(state.get(List.of("pin_v1", chat(200).toString()))
                        .getPinAction()
                        .getPinned())
                .isFalse();
    }

    @Test
    void givenManyPatches_whenTheyComeInPages_thenAllAreRead() throws Exception {
        server.appStatePage(3);
        for (int i = 0; i < 10; i++) {
            pin(phone, chat(i).user(), true);
        }
        Client laptop = builder(MemoryStore.create());
        Heard<ChatsUpdate> chats = Heard.on(laptop.socket(), ChatEvents.CHATS_UPDATE);
        assertThat(chats.await(update -> true).updates()).hasSize(10);
    }

    @Test
    void givenAPatchWithAWrongMac_whenRead_thenTheStateIsReadFromItsBeginningAndSound() throws Exception {
        Client laptop = open(MemoryStore.create());
        done(laptop.socket().chats().pin(BOB, true));
        List<UnaryOperator<SyncdPatch>> lies = List.of(
                patch -> patch.toBuilder()
                        .setPatchMAC(flipped(patch.getPatchMAC()))
                        .build(),
                patch -> patch.toBuilder()
                        .setSnapshotMAC(flipped(patch.getSnapshotMAC()))
                        .build(),
                patch -> changed(patch, true),
                patch -> changed(patch, false),
                patch -> patch.toBuilder().clearMutations().build(),
                patch -> patch.toBuilder()
                        .setVersion(patch.getVersion().toBuilder().setVersion(99))
                        .build());
        for (int i = 0; i < lies.size(); i++) {
            Heard<ChatsUpdate> chats = Heard.on(laptop.socket(), ChatEvents.CHATS_UPDATE);
            server.spoilAppState("alice", PINS, 1, lies.get(i));
            Jid chat = chat(i);
            pin(phone, chat.user(), true);
            chats.await(
                    update -> update.updates().stream().anyMatch(one -> one.id().equals(chat)));
        }
        done(laptop.socket().chats().pin(BOB, false));
        assertThat(phone.state(PINS)).hasSize(lies.size() + 1);
    }

    @Test
    void givenAServerThatLiesEachTime_whenRead_thenTheAttemptsEndAndTheStateStaysAsItWas() throws Exception {
        Client laptop = open(MemoryStore.create());
        done(laptop.socket().chats().pin(BOB, true));
        Heard<ChatsUpdate> chats = Heard.on(laptop.socket(), ChatEvents.CHATS_UPDATE);
        server.spoilAppState(
                "alice",
                PINS,
                3,
                patch -> patch.toBuilder().setPatchMAC(ByteString.EMPTY).build());

        pin(phone, chat(1).user(), true);
        pin(phone, chat(2).user(), true);

        chats.await(update -> update.updates().stream().anyMatch(one -> one.id().equals(chat(2))));
        done(laptop.socket().chats().pin(BOB, false));
        assertThat(phone.state(PINS)).hasSize(3);
    }

    @Test
    void givenAKeyThatWasNotShared_whenThePhoneWritesByIt_thenItIsAskedForAndTheStateIsRead() throws Exception {
        Client laptop = open(MemoryStore.create());
        done(laptop.socket().chats().pin(BOB, true));
        Heard<ChatsUpdate> chats = Heard.on(laptop.socket(), ChatEvents.CHATS_UPDATE);

        phone.renewStateKey(false);
        pin(phone, chat(1).user(), true);

        chats.await(update -> update.updates().stream().anyMatch(one -> one.id().equals(chat(1))));
        done(laptop.socket().chats().pin(chat(2), true));
        assertThat(phone.state(PINS)).hasSize(3);
    }

    @Test
    void givenAPhoneThatIsOff_whenAChangeIsMade_thenItWaitsInTheStoreAndGoesOutWithTheKey() throws Exception {
        phone.setOnline(false);
        AccountStore store = MemoryStore.create();
        Client laptop = open(store);
        CompletableFuture<Void> pinned = laptop.socket().chats().pin(BOB, true);
        laptop.close();
        assertThat(Client.failure(pinned)).isInstanceOf(SocketClosedException.class);

        Client again = open(store);
        Heard<ChatsUpdate> chats = Heard.on(again.socket(), ChatEvents.CHATS_UPDATE);
        phone.setOnline(true);
        phone.renewStateKey(true);

        assertThat(change(chats, ChatChange.Pinned.class).id()).isEqualTo(BOB);
        assertThat(phone.state(PINS)).hasSize(1);
    }

    @Test
    void givenADeviceThatWasAway_whenItComesBack_thenItReadsWhatChanged() throws Exception {
        AccountStore store = MemoryStore.create();
        Client laptop = open(store);
        done(laptop.socket().chats().pin(BOB, true));
        laptop.close();
        pin(phone, chat(1).user(), true);

        Client again = builder(store);
        Heard<ChatsUpdate> chats = Heard.on(again.socket(), ChatEvents.CHATS_UPDATE);

        ChatsUpdate told = chats.await(update -> true);
        assertThat(told.initial()).isFalse();
        assertThat(told.updates()).extracting(ChatUpdate::id).containsExactly(chat(1));
    }

    @Test
    void givenAState_whenReadAgain_thenAllOfItIsToldAsInitial() throws Exception {
        Client laptop = open(MemoryStore.create());
        done(laptop.socket().chats().pin(BOB, true));
        done(laptop.socket().chats().pin(BOB, false));
        Heard<ChatsUpdate> chats = Heard.on(laptop.socket(), ChatEvents.CHATS_UPDATE);

        done(laptop.socket().chats().resyncAppState());

        ChatsUpdate told = chats.await(ChatsUpdate::initial);
        assertThat(told.updates()).extracting(ChatUpdate::change).containsExactly(new ChatChange.Pinned(false));
    }

    @Test
    void givenADirtyBit_whenTold_thenTheStateIsReadAndTheBitCleaned() throws Exception {
        Client laptop = open(MemoryStore.create());
        CompletableFuture<JournalEntry> cleaned = server.journal()
                .await(entry -> entry.stanza().child("clean") != null
                        && "syncd_app_state"
                                .equals(entry.stanza().requireChild("clean").attr("type")));

        server.tellDirty(laptop.device(), "syncd_app_state");

        cleaned.get(Client.PATIENCE_SECONDS, SECONDS);
    }

    private Client open(AccountStore store) throws Exception {
        Client client = Client.open(server, "alice", store);
        clients.add(client);
        return client;
    }

    /** Not open yet: for those who listen before. */
    private Client builder(AccountStore store) {
        Client client = Client.connect(
                server,
                "alice",
                Client.config(server, store)
                        .linking(linking -> linking.pushName("alice"))
                        .build());
        clients.add(client);
        return client;
    }

    private static Jid chat(int number) {
        return Jid.phone("1555" + (1_000 + number));
    }

    private static void pin(Phone phone, String user, boolean pinned) {
        phone.setState(
                PINS,
                5,
                SyncActionValue.newBuilder()
                        .setTimestamp(THEN.toEpochMilli())
                        .setPinAction(PinAction.newBuilder().setPinned(pinned))
                        .build(),
                "pin_v1",
                user + "@s.whatsapp.net");
    }

    private static void contact(Phone phone, Jid person, String name) {
        phone.setState(
                "critical_unblock_low",
                2,
                SyncActionValue.newBuilder()
                        .setContactAction(ContactAction.newBuilder().setFullName(name))
                        .build(),
                "contact",
                person.toString());
    }

    private static ChatUpdate change(Heard<ChatsUpdate> heard, Class<? extends ChatChange> kind) {
        return heard
                .await(update -> update.updates().stream().anyMatch(one -> kind.isInstance(one.change())))
                .updates()
                .stream()
                .filter(one -> kind.isInstance(one.change()))
                .findFirst()
                .orElseThrow();
    }

    private static SyncdPatch changed(SyncdPatch patch, boolean index) {
        SyncdPatch.Builder changed = patch.toBuilder();
        var record = changed.getMutationsBuilder(0).getRecordBuilder();
        if (index) {
            record.getIndexBuilder().setBlob(flipped(record.getIndex().getBlob()));
        } else {
            record.getValueBuilder().setBlob(flipped(record.getValue().getBlob()));
        }
        return changed.build();
    }

    private static ByteString flipped(ByteString bytes) {
        byte[] copy = bytes.toByteArray();
        copy[1] ^= 1;
        return ByteString.copyFrom(copy);
    }

    private static void done(CompletableFuture<Void> call) throws Exception {
        call.get(Client.PATIENCE_SECONDS, SECONDS);
    }
}
