package dev.waxwing.interop;

import static dev.waxwing.interop.BaileysProcess.fields;
import static dev.waxwing.interop.BaileysProcess.isEvent;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessageReceiptUpdate;
import dev.waxwing.model.Jid;
import dev.waxwing.model.ReceiptType;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.Direction;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Status posts between Waxwing and stock Baileys: Alice with Waxwing, Bob, Carol and Dave with Baileys. */
class StatusWithBaileysIT {

    private static final long PATIENCE_SECONDS = 45;
    private static final String STATUS = Jid.STATUS_BROADCAST.toString();

    private LoopbackServer server;
    private WaxwingClient alice;
    private BaileysClient bob;
    private BaileysClient carol;
    private BaileysClient dave;
    private final BlockingQueue<MessageReceiptUpdate> receipts = new LinkedBlockingQueue<>();

    @BeforeEach
    void link() throws Exception {
        server = LoopbackServer.start();
        alice = WaxwingClient.link(server, "alice", "Alice");
        bob = BaileysClient.link(server, "bob", "Bob");
        carol = BaileysClient.link(server, "carol", "Carol");
        dave = BaileysClient.link(server, "dave", "Dave");
        alice.socket().ev().on(Events.MESSAGE_RECEIPT_UPDATE, receipts::add);
    }

    @AfterEach
    @SuppressWarnings("try") // opened only to be closed
    void stop() throws Exception {
        try (LoopbackServer s = server;
                WaxwingClient a = alice;
                BaileysClient b = bob;
                BaileysClient c = carol;
                BaileysClient d = dave) {
            // Each is closed, the server last, even if one of them fails; null ones are passed over.
        }
    }

    @Test
    void givenAnAudienceOfBaileys_whenWaxwingPosts_thenTheyHaveItViewItAndReactAndNobodyElseHasAnything()
            throws Exception {
        SentMessage posted = done(alice.socket()
                .status()
                .post(Content.text("berries"), List.of(Jid.parse(bob.phoneNumber()), Jid.parse(carol.lid()))));

        for (BaileysClient viewer : List.of(bob, carol)) {
            JsonNode seen = viewer.awaitMessage(posted.id());
            assertThat(seen.path("text").asText()).isEqualTo("berries");
            assertThat(seen.path("chat").asText()).isEqualTo(STATUS);
            assertThat(seen.path("fromMe").asBoolean()).isFalse();
            assertThat(Jid.parse(seen.path("participant").asText()).withoutDevice())
                    .isIn(alice.lid(), alice.phoneNumber());
        }
        bob.markRead(posted.id());
        MessageReceiptUpdate viewed = receipt(posted.id(), ReceiptType.READ);
        assertThat(viewed.user()).isIn(Jid.parse(bob.phoneNumber()), Jid.parse(bob.lid()));
        assertThat(viewed.key().remoteJid()).isEqualTo(Jid.STATUS_BROADCAST);
        assertThat(viewed.timestamp()).isAfterOrEqualTo(posted.timestamp());

        ObjectNode react =
                fields().put("jid", STATUS).put("target", posted.id()).put("text", "💚");
        react.putArray("statusJidList").add(alice.phoneNumber().toString());
        String reaction = bob.process().call("react", react).path("id").asText();
        WebMessage atAlice = alice.awaitMessage(reaction);
        assertThat(atAlice.message().getReactionMessage().getText()).isEqualTo("💚");
        assertThat(atAlice.message().getReactionMessage().getKey().getID()).isEqualTo(posted.id());

        // Later posts go by the same key; one who is not named any more cannot read them.
        String second = post("second", bob, carol);
        assertThat(carol.awaitMessage(second).path("text").asText()).isEqualTo("second");
        String third = post("for Bob", bob);
        assertThat(bob.awaitMessage(third).path("text").asText()).isEqualTo("for Bob");
        String fourth = post("fourth", bob, carol);
        assertThat(carol.awaitMessage(fourth).path("text").asText()).isEqualTo("fourth");

        SentMessage revoke = done(alice.socket().status().revoke(posted.key()));
        for (BaileysClient viewer : List.of(bob, carol)) {
            JsonNode revoked = viewer.awaitMessage(revoke.id());
            assertThat(revoked.path("protocol").asText()).isEqualTo("REVOKE");
            assertThat(revoked.path("targetId").asText()).isEqualTo(posted.id());
        }
        assertThat(texts(carol)).doesNotContain("for Bob");
        assertThat(bob.undecryptable()).isEmpty();
        assertThat(carol.undecryptable()).isEmpty();
        assertNothingFor(dave);
        ServerTraffic.assertSound(server);
    }

    @Test
    void givenAnAudienceWithWaxwing_whenBaileysPosts_thenWaxwingHasItAndBaileysIsToldWhoViewedIt() throws Exception {
        ObjectNode status = fields().put("jid", STATUS).put("text", "from Baileys");
        status.putArray("statusJidList").add(alice.phoneNumber().toString()).add(carol.phoneNumber());
        String posted = bob.process().call("sendText", status).path("id").asText();

        WebMessage atAlice = alice.awaitMessage(posted);
        assertThat(atAlice.text()).isEqualTo("from Baileys");
        assertThat(atAlice.key().remoteJid()).isEqualTo(Jid.STATUS_BROADCAST);
        assertThat(atAlice.author()).isIn(Jid.parse(bob.lid()), Jid.parse(bob.phoneNumber()));
        carol.awaitMessage(posted);

        done(alice.socket().readMessages(List.of(atAlice.key())));
        JsonNode viewed = bob.process()
                .awaitEvent(
                        "that Alice viewed it",
                        event -> isEvent(event, "receiptUpdate")
                                && event.path("id").asText().equals(posted)
                                && event.hasNonNull("readTimestamp"));
        assertThat(Jid.parse(viewed.path("userJid").asText())).isIn(alice.phoneNumber(), alice.lid());

        SentMessage reaction = done(alice.socket().status().react(atAlice.key(), "💚"));
        JsonNode atBob = bob.awaitMessage(reaction.id());
        assertThat(atBob.path("reaction").asText()).isEqualTo("💚");
        assertThat(atBob.path("targetId").asText()).isEqualTo(posted);
        SentMessage reply = done(alice.socket().status().reply(atAlice, Content.text("tasty")));
        JsonNode answer = bob.awaitMessage(reply.id());
        assertThat(answer.path("quotedId").asText()).isEqualTo(posted);
        assertThat(answer.path("chat").asText()).isNotEqualTo(STATUS);

        ObjectNode delete = fields().put("jid", STATUS).put("target", posted);
        delete.putArray("statusJidList").add(alice.phoneNumber().toString()).add(carol.phoneNumber());
        String revoked = bob.process().call("revoke", delete).path("id").asText();
        ProtocolMessage told = alice.awaitMessage(revoked).message().getProtocolMessage();
        assertThat(told.getType()).isEqualTo(ProtocolMessage.Type.REVOKE);
        assertThat(told.getKey().getID()).isEqualTo(posted);
        assertThat(alice.undecryptable()).isEmpty();
        assertNothingFor(dave);
        ServerTraffic.assertSound(server);
    }

    @Test
    void givenBaileysLostItsKeys_whenWaxwingPosts_thenItHasThePostAtTheSecondAttempt() throws Exception {
        bob.awaitMessage(post("before", bob));
        bob.loseSenderKeys();
        bob.reconnect();

        String lost = post("do you read me?", bob);

        assertThat(bob.awaitHealed(lost).path("text").asText()).isEqualTo("do you read me?");
        assertThat(bob.awaitMessage(post("and this?", bob)).path("text").asText())
                .isEqualTo("and this?");
    }

    private String post(String text, BaileysClient... viewers) throws Exception {
        List<Jid> people = List.of(viewers).stream()
                .map(viewer -> Jid.parse(viewer.phoneNumber()))
                .toList();
        return done(alice.socket().status().post(Content.text(text), people)).id();
    }

    private MessageReceiptUpdate receipt(String id, ReceiptType type) throws InterruptedException {
        while (true) {
            MessageReceiptUpdate next = receipts.poll(PATIENCE_SECONDS, SECONDS);
            assertThat(next).as("a receipt %s of %s", type, id).isNotNull();
            if (next.key().id().equals(id) && next.type() == type) {
                return next;
            }
        }
    }

    private void assertNothingFor(BaileysClient outsider) {
        Jid device = Jid.parse(outsider.deviceId());
        assertThat(server.journal()
                        .entries(entry -> entry.is(Direction.OUT, "message")
                                && entry.device().filter(device::equals).isPresent()
                                && entry.stanza().requireJid("from").isBroadcast()))
                .isEmpty();
    }

    private static List<String> texts(BaileysClient client) {
        return client.process().seen("message").stream()
                .map(message -> message.path("text").asText())
                .toList();
    }

    private static <T> T done(CompletableFuture<T> future) throws Exception {
        return future.get(PATIENCE_SECONDS, SECONDS);
    }
}
