package dev.waxwing.interop;

import static dev.waxwing.interop.BaileysProcess.fields;
import static dev.waxwing.interop.BaileysProcess.isEvent;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waxwing.chat.AppStateAction;
import dev.waxwing.chat.ChatEvents;
import dev.waxwing.chat.Label;
import dev.waxwing.chat.LastMessages;
import dev.waxwing.chat.QuickReply;
import dev.waxwing.chat.SavedContact;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.syncaction.ContactAction;
import dev.waxwing.proto.syncaction.SyncActionValue;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The application state of one account on two devices, one Waxwing and one stock Baileys that checks every MAC. */
final class AppStateWithBaileysIT {

    private static final long PATIENCE_SECONDS = 60;
    private static final Jid CAROL = Jid.parse("15557770001@s.whatsapp.net");
    private static final Instant THEN = Instant.ofEpochSecond(1_760_000_000);
    private static final MessageKey MESSAGE = MessageKey.of(CAROL, false, "3EB0AA");
    private static final LastMessages LAST = LastMessages.of(MESSAGE, THEN);

    private final AccountStore store = MemoryStore.create();
    private final BlockingQueue<AppStateAction> atWaxwing = new LinkedBlockingQueue<>();
    private LoopbackServer server;
    private WaxwingClient alice;
    private BaileysClient tablet;

    @BeforeEach
    void link() throws Exception {
        server = LoopbackServer.builder().phoneBootstrap(true).start();
        server.phone("Alice")
                .setState(
                        "critical_unblock_low",
                        2,
                        SyncActionValue.newBuilder()
                                .setTimestamp(THEN.toEpochMilli())
                                .setContactAction(ContactAction.newBuilder().setFullName("Carol C."))
                                .build(),
                        "contact",
                        CAROL.toString());
        alice = WaxwingClient.link(server, "alice", "Alice", store);
        alice.socket().ev().on(ChatEvents.APP_STATE_ACTION, atWaxwing::add);
        tablet = BaileysClient.link(server, "alices-tablet", "Alice", AppStateWithBaileysIT::checking);
        // Baileys reads the state when the phone sends it the first history.
        state("contacts.upsert", data -> data.path(0).path("name").asText().equals("Carol C."));
    }

    static ObjectNode checking(ObjectNode start) {
        start.put("history", true);
        start.putObject("options")
                .putObject("appStateMacVerification")
                .put("patch", true)
                .put("snapshot", true);
        return start;
    }

    @AfterEach
    @SuppressWarnings("try") // opened only to be closed
    void stop() throws IOException {
        try (LoopbackServer s = server;
                AccountStore st = store;
                WaxwingClient a = alice;
                BaileysClient t = tablet) {
            // Each is closed, the server last, even if one of them fails; null ones are passed over.
        }
    }

    @Test
    void givenWaxwingChanges_whenBaileysIsTold_thenItSeesEachAndBothHashesAgree() throws Exception {
        var chats = alice.socket().chats();
        done(chats.archive(CAROL, true, LAST));
        state(
                "chats.update",
                data -> isOf(data, CAROL) && data.path(0).path("archived").asBoolean());
        done(chats.pin(CAROL, true));
        state(
                "chats.update",
                data -> isOf(data, CAROL) && data.path(0).path("pinned").asLong() > 0);
        done(chats.mute(CAROL, THEN));
        state(
                "chats.update",
                data -> isOf(data, CAROL) && data.path(0).path("muteEndTime").asLong() == THEN.toEpochMilli());
        done(chats.markRead(CAROL, false, LAST));
        state(
                "chats.update",
                data -> isOf(data, CAROL) && data.path(0).path("unreadCount").asInt() == -1);
        done(chats.star(List.of(MESSAGE), true));
        tablet.process()
                .awaitEvent(
                        "a star",
                        event -> isEvent(event, "star")
                                && event.path("id").asText().equals(MESSAGE.id())
                                && event.path("starred").asBoolean());
        done(chats.deleteForMe(MESSAGE, THEN, true));
        state(
                "messages.delete",
                data -> data.path("keys").path(0).path("id").asText().equals(MESSAGE.id()));
        done(chats.lock(CAROL, true));
        state("chats.lock", data -> data.path("locked").asBoolean());
        done(chats.addLabel(Label.of("7", "VIP", 4)));
        state("labels.edit", data -> data.path("name").asText().equals("VIP"));
        done(chats.addChatLabel(CAROL, "7"));
        state("labels.association", data -> data.path("type").asText().equals("add"));
        done(chats.addOrEditContact(
                SavedContact.builder(CAROL).fullName("Carol Cee").build()));
        state("contacts.upsert", data -> data.path(0).path("name").asText().equals("Carol Cee"));
        done(chats.updateDisableLinkPreviewsPrivacy(true));
        state("settings.update", data -> data.path("setting").asText().equals("disableLinkPreviews"));
        done(chats.addOrEditQuickReply(new QuickReply("1760000000", "/hi", "hello", List.of())));
        done(chats.clear(CAROL, true, false, LAST));
        done(chats.delete(CAROL, true, LAST));
        state("chats.delete", data -> data.path(0).asText().equals(CAROL.toString()));

        assertSame();
    }

    @Test
    void givenBaileysChanges_whenWaxwingIsTold_thenItSeesEachAndBothHashesAgree() throws Exception {
        modify(fields().put("pin", true));
        assertThat(told("pin_v1").value().getPinAction().getPinned()).isTrue();
        modify(last(fields().put("archive", true)));
        assertThat(told("archive").value().getArchiveChatAction().getArchived()).isTrue();
        modify(fields().put("mute", 1_790_000_000_000L));
        assertThat(told("mute").value().getMuteAction().getMuteEndTimestamp()).isEqualTo(1_790_000_000_000L);
        modify(fields().putNull("mute"));
        assertThat(told("mute").value().getMuteAction().getMuted()).isFalse();
        modify(last(fields().put("markRead", true)));
        assertThat(told("markChatAsRead").value().getMarkChatAsReadAction().getRead())
                .isTrue();
        ObjectNode star = fields();
        ObjectNode starred = star.putObject("star").put("star", true);
        starred.putArray("messages").addObject().put("id", "3EB0AA").put("fromMe", false);
        modify(star);
        assertThat(told("star").index()).containsExactly("star", CAROL.toString(), "3EB0AA", "0", "0");
        ObjectNode contact = fields();
        contact.putObject("contact").put("fullName", "Carol Cee").put("saveOnPrimaryAddressbook", true);
        modify(contact);
        assertThat(told("contact").value().getContactAction().getFullName()).isEqualTo("Carol Cee");
        ObjectNode label = fields();
        label.putObject("addLabel")
                .put("id", "7")
                .put("name", "VIP")
                .put("color", 4)
                .put("deleted", false);
        modify(label);
        assertThat(told("label_edit").value().getLabelEditAction().getName()).isEqualTo("VIP");
        ObjectNode labelled = fields();
        labelled.putObject("addChatLabel").put("labelId", "7");
        modify(labelled);
        assertThat(told("label_jid").value().getLabelAssociationAction().getLabeled())
                .isTrue();
        ObjectNode reply = fields();
        reply.putObject("quickReply")
                .put("timestamp", "1760000000")
                .put("shortcut", "/hi")
                .put("message", "hello");
        modify(reply);
        assertThat(told("quick_reply").value().getQuickReplyAction().getMessage())
                .isEqualTo("hello");
        modify(fields().put("pushNameSetting", "Al"));
        assertThat(told("setting_pushName").value().getPushNameSetting().getName())
                .isEqualTo("Al");
        modify(last(fields().put("clear", true)));
        assertThat(told("clearChat").index()).containsExactly("clearChat", CAROL.toString(), "1", "0");
        modify(last(fields().put("delete", true)));
        assertThat(told("deleteChat").index()).contains(CAROL.toString());

        assertSame();
    }

    /** The phone reads what both wrote, and finds every MAC right. */
    private void assertSame() throws Exception {
        assertThat(StateOfDevices.of(store)).isEqualTo(StateOfDevices.of(tablet));
        for (String collection : StateOfDevices.COLLECTIONS) {
            server.phone("Alice").state(collection);
        }
        assertThat(server.unhandled()).isEmpty();
    }

    private void modify(ObjectNode modification) throws InterruptedException {
        tablet.call("chatModify", modification, CAROL.toString());
    }

    private static ObjectNode last(ObjectNode modification) {
        ObjectNode last = modification.putArray("lastMessages").addObject();
        last.putObject("key")
                .put("remoteJid", CAROL.toString())
                .put("id", "3EB0AA")
                .put("fromMe", false);
        last.put("messageTimestamp", THEN.getEpochSecond());
        return modification;
    }

    /** The next action of a name that Waxwing is told of. */
    private AppStateAction told(String name) throws InterruptedException {
        while (true) {
            AppStateAction action = atWaxwing.poll(PATIENCE_SECONDS, SECONDS);
            assertThat(action).as(name).isNotNull();
            if (action.index().get(0).equals(name) && !action.initial()) {
                return action;
            }
        }
    }

    private void state(String kind, Predicate<JsonNode> data) throws InterruptedException {
        tablet.process()
                .awaitEvent(
                        kind,
                        event -> isEvent(event, "state")
                                && event.path("kind").asText().equals(kind)
                                && data.test(event.path("data")));
    }

    private static boolean isOf(JsonNode chats, Jid chat) {
        return chats.path(0).path("id").asText().equals(chat.toString());
    }

    private static void done(CompletableFuture<Void> call) throws Exception {
        call.get(PATIENCE_SECONDS, SECONDS);
    }
}
