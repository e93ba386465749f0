package dev.waxwing.interop;

import static dev.waxwing.interop.BaileysProcess.fields;
import static dev.waxwing.interop.BaileysProcess.isEvent;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waxwing.contact.ContactChange;
import dev.waxwing.contact.ContactEvents;
import dev.waxwing.contact.ContactsUpdate;
import dev.waxwing.model.Jid;
import dev.waxwing.privacy.PrivacyCategory;
import dev.waxwing.privacy.PrivacyValue;
import dev.waxwing.testkit.LoopbackServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Waxwing socket and a stock Baileys client read each other's profiles, and each its own block list and settings. */
class ContactsWithBaileysIT {
    private static final long PATIENCE_SECONDS = 45;

    private LoopbackServer server;
    private WaxwingClient alice;
    private BaileysClient bob;
    private final BlockingQueue<ContactsUpdate> atAlice = new LinkedBlockingQueue<>();

    @BeforeEach
    void link() throws Exception {
        server = LoopbackServer.start();
        alice = WaxwingClient.link(server, "alice", "Alice");
        alice.socket().ev().on(ContactEvents.CONTACTS_UPDATE, atAlice::add);
        bob = BaileysClient.link(server, "bob", "Bob");
        bob.awaitMessage(alice.sendText(Jid.parse(bob.phoneNumber()), "hello"));
    }

    @AfterEach
    @SuppressWarnings("try") // opened only to be closed
    void stop() throws Exception {
        try (LoopbackServer s = server;
                WaxwingClient a = alice;
                BaileysClient b = bob) {
            // Each is closed, the server last, even if one of them fails; null ones are passed over.
        }
    }

    @Test
    void givenTexts_whenEachSetsOne_thenTheOtherReadsIt() throws Exception {
        get(alice.socket().contacts().updateProfileStatus("By Waxwing"));
        bobCalls("updateProfileStatus", "By Baileys");

        assertThat(get(alice.socket().contacts().fetchStatus(List.of(Jid.parse(bob.phoneNumber()))))
                        .get(0)
                        .text())
                .contains("By Baileys");
        assertThat(bobCalls("fetchStatus", alice.phoneNumber().toString())
                        .path(0)
                        .path("status")
                        .path("status")
                        .asText())
                .isEqualTo("By Waxwing");
        ContactsUpdate told = atAlice.poll(PATIENCE_SECONDS, SECONDS);
        while (told != null && told.id().user().equals(alice.lid().user())) {
            told = atAlice.poll(PATIENCE_SECONDS, SECONDS);
        }
        assertThat(told).isNotNull();
        assertThat(told.id().toString()).isEqualTo(bob.lid());
        assertThat(told.change()).isInstanceOf(ContactChange.AboutSet.class);
    }

    @Test
    void givenNumbers_whenEachLooksUpTheOther_thenBothAreThere() throws Exception {
        assertThat(get(alice.socket()
                                .contacts()
                                .onWhatsApp(List.of(Jid.parse(bob.phoneNumber()).user())))
                        .get(0)
                        .lid())
                .contains(Jid.parse(bob.lid()));
        JsonNode found = bobCalls("onWhatsApp", alice.phoneNumber().user());
        assertThat(found.path(0).path("exists").asBoolean()).isTrue();
        assertThat(found.path(0).path("jid").asText())
                .isEqualTo(alice.phoneNumber().toString());
    }

    @Test
    void givenAPictureOfWaxwing_whenSet_thenBaileysIsToldAndFindsIt() throws Exception {
        get(alice.socket().contacts().updateProfilePicture(new byte[] {1, 2, 3}));

        bob.process()
                .awaitEvent(
                        "a new picture",
                        event -> isEvent(event, "contactUpdate")
                                && event.path("imgUrl").asText().equals("changed")
                                && event.path("jid")
                                        .asText()
                                        .startsWith(alice.phoneNumber().user()));
        assertThat(bobCalls("profilePictureUrl", alice.phoneNumber().toString()).asText())
                .startsWith("https://");
    }

    @Test
    void givenTimers_whenEachSetsOne_thenTheOtherReadsIt() throws Exception {
        get(alice.socket().privacy().updateDefaultDisappearingMode(Duration.ofDays(1)));
        bobCalls("updateDefaultDisappearingMode", 604_800);

        assertThat(get(alice.socket().contacts().fetchDisappearingDuration(List.of(Jid.parse(bob.phoneNumber()))))
                        .get(0)
                        .duration())
                .isEqualTo(Duration.ofDays(7));
        assertThat(bobCalls("fetchDisappearingDuration", alice.phoneNumber().toString())
                        .path(0)
                        .path("disappearing_mode")
                        .path("duration")
                        .asInt())
                .isEqualTo(86_400);
    }

    @Test
    void givenTheSameAccountInBoth_whenOneBlocksOrChangesASetting_thenTheOtherSeesIt() throws Exception {
        Jid bobJid = Jid.parse(bob.phoneNumber());
        try (WaxwingClient tablet = WaxwingClient.link(server, "tablet", "Bob")) {
            bobCalls("updateBlockStatus", alice.phoneNumber().toString(), "block");
            assertThat(get(tablet.socket().privacy().fetchBlocklist())).containsExactly(alice.lid());

            get(tablet.socket().privacy().unblock(alice.phoneNumber()));
            bob.process()
                    .awaitEvent(
                            "an unblocked contact",
                            event -> isEvent(event, "blocklist")
                                    && event.path("type").asText().equals("remove"));
            assertThat(bobCalls("fetchBlocklist")).isEmpty();

            bobCalls("updateLastSeenPrivacy", "none");
            assertThat(get(tablet.socket().privacy().fetchPrivacySettings()))
                    .containsEntry(PrivacyCategory.LAST_SEEN, PrivacyValue.NOBODY);
            get(tablet.socket().privacy().updatePrivacy(PrivacyCategory.ONLINE, PrivacyValue.MATCH_LAST_SEEN));
            assertThat(bobCalls("fetchPrivacySettings", true).path("online").asText())
                    .isEqualTo("match_last_seen");
            assertThat(tablet.phoneNumber()).isEqualTo(bobJid);
        }
    }

    @Test
    void givenLimits_whenBaileysAsks_thenTheServersAnswersAreOfItsShape() throws Exception {
        assertThat(bobCalls("fetchAccountReachoutTimelock").path("isActive").asBoolean(true))
                .isFalse();
        assertThat(bobCalls("fetchNewChatMessageCap").path("total_quota").asInt())
                .isEqualTo(1_000);
        assertThat(bobCalls("getBotListV2").size()).isEqualTo(2);
        assertThat(server.unhandled()).isEmpty();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(PATIENCE_SECONDS, SECONDS);
    }

    private JsonNode bobCalls(String method, Object... args) throws InterruptedException {
        ObjectNode command = fields().put("method", method);
        var list = command.putArray("args");
        for (Object arg : args) {
            list.addPOJO(arg);
        }
        return bob.process().call("call", command).path("result");
    }
}
