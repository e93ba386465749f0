package dev.waxwing.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.event.MessageReceiptUpdate;
import dev.waxwing.event.MessagesUpsert;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageStatus;
import dev.waxwing.model.ReceiptType;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.proto.e2e.ContextInfo;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.Direction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Waxwing and a stock Baileys client talk with each other: Alice with Waxwing, Bob with Baileys. */
class WaxwingToBaileysIT {
    private static final int TURNS = 50;

    private static LoopbackServer server;
    private static WaxwingClient alice;
    private static BaileysClient bob;

    @BeforeAll
    static void link() throws Exception {
        server = LoopbackServer.start();
        alice = WaxwingClient.link(server, "alice", "Alice");
        bob = BaileysClient.link(server, "bob", "Bob");
    }

    @AfterAll
    @SuppressWarnings("try") // opened only to be closed
    static void close() throws IOException {
        try (LoopbackServer s = server;
                WaxwingClient a = alice;
                BaileysClient b = bob) {
            // Each is closed, the server last, even if one of them fails; null ones are passed over.
        }
    }

    @AfterEach
    void nothingWasLeftUnansweredOrUndecrypted() {
        ServerTraffic.assertSound(server);
        assertThat(alice.undecryptable()).isEmpty();
        assertThat(bob.undecryptable()).isEmpty();
    }

    @Test
    void givenPhoneNumberOrLid_whenWaxwingSends_thenBaileysReceivesItUnderBoth() throws Exception {
        for (String address : new String[] {bob.phoneNumber(), bob.lid()}) {
            JsonNode atBob = bob.awaitMessage(alice.sendText(address, "to " + address));
            assertThat(atBob.path("text").asText()).isEqualTo("to " + address);
            assertThat(atBob.path("fromMe").asBoolean()).isFalse();
            assertThat(atBob.path("pushName").asText()).isEqualTo("Alice");
            assertThat(atBob.path("type").asText()).isEqualTo("notify");
            assertThat(List.of(
                            atBob.path("chat").asText(), atBob.path("chatAlt").asText()))
                    .containsExactlyInAnyOrder(
                            alice.phoneNumber().toString(), alice.lid().toString());
        }
    }

    @Test
    void givenPhoneNumberOrLid_whenBaileysSends_thenWaxwingReceivesItInOneChat() throws Exception {
        for (Jid address : new Jid[] {alice.phoneNumber(), alice.lid()}) {
            WaxwingClient.Received atAlice = alice.awaitReceived(bob.sendText(address.toString(), "to " + address));
            WebMessage message = atAlice.message();
            assertThat(message.text()).isEqualTo("to " + address);
            assertThat(message.pushName()).contains("Bob");
            assertThat(message.key().fromMe()).isFalse();
            assertThat(message.key().remoteJid()).isEqualTo(Jid.parse(bob.lid()));
            assertThat(message.key().remoteJidAlt()).contains(Jid.parse(bob.phoneNumber()));
            assertThat(atAlice.type()).isEqualTo(MessagesUpsert.Type.NOTIFY);
        }
    }

    @Test
    void givenFiftyTurns_whenEachAnswersTheOther_thenEveryTextArrivesOnceAndInOrder() throws Exception {
        List<String> questions = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        String last = bob.sendText(alice.phoneNumber().toString(), "let us begin");
        for (int turn = 0; turn < TURNS; turn++) {
            WebMessage answered = alice.awaitMessage(last);
            String question = alice.replyText(answered.key().remoteJid(), "question " + turn, answered);
            questions.add(question);
            JsonNode atBob = bob.awaitMessage(question);
            assertThat(atBob.path("text").asText()).isEqualTo("question " + turn);
            assertThat(atBob.path("quotedId").asText()).isEqualTo(last);

            // One address after the other: it stays one session.
            Jid address = turn % 2 == 0 ? alice.phoneNumber() : alice.lid();
            last = bob.replyText(address.toString(), "answer " + turn, question);
            answers.add(last);
            WebMessage atAlice = alice.awaitMessage(last);
            assertThat(atAlice.text()).isEqualTo("answer " + turn);
            assertThat(quote(atAlice).getStanzaID()).isEqualTo(question);
        }
        assertThat(bob.process().seen("message"))
                .extracting(event -> event.path("id").asText())
                .filteredOn(questions::contains)
                .isEqualTo(questions);
        assertThat(alice.received())
                .extracting(received -> received.message().id())
                .filteredOn(answers::contains)
                .isEqualTo(answers);
    }

    @ParameterizedTest
    @MethodSource("dev.waxwing.interop.Texts#awkward")
    void givenAwkwardText_whenSentBothWays_thenItArrivesUnchanged(String text) throws Exception {
        assertThat(bob.awaitMessage(alice.sendText(bob.phoneNumber(), text))
                        .path("text")
                        .asText())
                .isEqualTo(text);
        assertThat(alice.awaitMessage(bob.sendText(alice.phoneNumber().toString(), text))
                        .text())
                .isEqualTo(text);
    }

    @Test
    void givenQuote_whenWaxwingReplies_thenBaileysSeesWhoseMessageItQuotes() throws Exception {
        String original = bob.sendText(alice.phoneNumber().toString(), "the original");
        WebMessage atAlice = alice.awaitMessage(original);
        JsonNode reply = bob.awaitMessage(alice.replyText(atAlice.key().remoteJid(), "the reply", atAlice));
        assertThat(reply.path("quotedId").asText()).isEqualTo(original);
        assertThat(reply.path("quotedParticipant").asText()).isIn(bob.phoneNumber(), bob.lid());
    }

    @Test
    void givenQuote_whenBaileysReplies_thenWaxwingSeesWhatItQuotes() throws Exception {
        String original = alice.sendText(bob.phoneNumber(), "the original");
        bob.awaitMessage(original);
        WebMessage reply = alice.awaitMessage(bob.replyText(alice.lid().toString(), "the reply", original));
        assertThat(quote(reply).getStanzaID()).isEqualTo(original);
        assertThat(Jid.parse(quote(reply).getParticipant()).withoutDevice()).isIn(alice.phoneNumber(), alice.lid());
        assertThat(quote(reply).getQuotedMessage().getExtendedTextMessage().getText())
                .isEqualTo("the original");
    }

    @Test
    void givenTextFromWaxwing_whenBaileysReceivesAndReadsIt_thenWaxwingIsTold() throws Exception {
        String id = alice.sendText(bob.phoneNumber(), "receipts, please");
        bob.awaitMessage(id);
        MessageReceiptUpdate delivery = alice.awaitReceipt(id, ReceiptType.DELIVERY);
        assertThat(delivery.user()).isIn(Jid.parse(bob.phoneNumber()), Jid.parse(bob.lid()));
        assertThat(delivery.key().fromMe()).isTrue();
        assertThat(delivery.key().remoteJid()).isEqualTo(Jid.parse(bob.lid()));
        assertThat(alice.awaitStatus(id, MessageStatus.DELIVERED).key()).isEqualTo(delivery.key());

        bob.markRead(id);
        assertThat(alice.awaitReceipt(id, ReceiptType.READ).key()).isEqualTo(delivery.key());
        alice.awaitStatus(id, MessageStatus.READ);
    }

    @Test
    void givenTextFromBaileys_whenWaxwingReceivesAndReadsIt_thenBaileysIsTold() throws Exception {
        String id = bob.sendText(alice.phoneNumber().toString(), "receipts, please");
        bob.awaitAck(id);
        WebMessage message = alice.awaitMessage(id);
        assertThat(bob.awaitReceipt(id, "delivery").path("from").asText())
                .isEqualTo(alice.phoneNumber().toString());
        alice.markRead(message);
        bob.awaitReceipt(id, "read");
        bob.awaitStatus(id, "READ");
    }

    @Test
    void givenSeveralTextsFromBaileys_whenWaxwingReadsThemTogether_thenOneReceiptTellsOfAll() throws Exception {
        List<WebMessage> messages = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            messages.add(alice.awaitMessage(bob.sendText(alice.lid().toString(), "unread " + i)));
        }
        alice.markRead(messages.toArray(WebMessage[]::new));
        for (WebMessage message : messages) {
            bob.awaitReceipt(message.id(), "read");
            bob.awaitStatus(message.id(), "READ");
        }
        assertThat(server.journal()
                        .entries(entry -> entry.is(Direction.IN, "receipt")
                                && "read".equals(entry.stanza().attr("type"))
                                && messages.get(0).id().equals(entry.stanza().attr("id"))))
                .hasSize(1);
    }

    private static ContextInfo quote(WebMessage message) {
        return message.message().getExtendedTextMessage().getContextInfo();
    }
}
