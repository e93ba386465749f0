package dev.waxwing.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.testkit.LoopbackServer;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Stock Baileys clients talk with each other through the loopback server: Alice on two linked devices, and Bob. */
class BaileysToBaileysIT {
    private static final int TURNS = 50;

    private static LoopbackServer server;
    private static BaileysClient alice;
    private static BaileysClient alicesTablet;
    private static BaileysClient bob;

    @BeforeAll
    static void link() throws IOException, InterruptedException {
        server = LoopbackServer.start();
        alice = BaileysClient.link(server, "alice", "Alice");
        alicesTablet = BaileysClient.link(server, "tablet", "Alice");
        bob = BaileysClient.link(server, "bob", "Bob");
    }

    @AfterAll
    @SuppressWarnings("try") // opened only to be closed
    static void close() throws IOException {
        try (LoopbackServer s = server;
                BaileysClient a = alice;
                BaileysClient t = alicesTablet;
                BaileysClient b = bob) {
            // Each is closed, the server last, even if one of them fails; null ones are passed over.
        }
    }

    @AfterEach
    void nothingWasLeftUnansweredOrUndecrypted() {
        assertThat(server.unhandled()).isEmpty();
        assertThat(alice.undecryptable()).isEmpty();
        assertThat(alicesTablet.undecryptable()).isEmpty();
        assertThat(bob.undecryptable()).isEmpty();
    }

    @Test
    void givenFiftyTurns_whenEachAnswersTheOther_thenEveryTextArrivesOnceAndInOrder() throws Exception {
        for (int turn = 0; turn < TURNS; turn++) {
            String question = alice.sendText(bob.phoneNumber(), "question " + turn);
            JsonNode atBob = bob.awaitMessage(question);
            assertThat(atBob.path("text").asText()).isEqualTo("question " + turn);
            assertThat(atBob.path("fromMe").asBoolean()).isFalse();
            assertThat(atBob.path("pushName").asText()).isEqualTo("Alice");

            String answer = bob.replyText(alice.phoneNumber(), "answer " + turn, question);
            JsonNode atAlice = alice.awaitMessage(answer);
            assertThat(atAlice.path("text").asText()).isEqualTo("answer " + turn);
            assertThat(atAlice.path("quotedId").asText()).isEqualTo(question);
            assertThat(atAlice.path("pushName").asText()).isEqualTo("Bob");
        }
        assertThat(bob.process().seen("message"))
                .filteredOn(event -> event.path("text").asText().startsWith("question "))
                .extracting(event -> event.path("text").asText())
                .containsExactlyElementsOf(numbered("question ", TURNS));
        assertThat(alice.process().seen("message"))
                .filteredOn(event -> event.path("text").asText().startsWith("answer "))
                .extracting(event -> event.path("text").asText())
                .containsExactlyElementsOf(numbered("answer ", TURNS));
    }

    @ParameterizedTest
    @MethodSource("dev.waxwing.interop.Texts#awkward")
    void givenAwkwardText_whenSentBothWays_thenItArrivesUnchanged(String text) throws Exception {
        assertThat(bob.awaitMessage(alice.sendText(bob.phoneNumber(), text))
                        .path("text")
                        .asText())
                .isEqualTo(text);
        assertThat(alice.awaitMessage(bob.sendText(alice.phoneNumber(), text))
                        .path("text")
                        .asText())
                .isEqualTo(text);
    }

    @Test
    void givenText_whenReceivedAndRead_thenTheSenderSeesAckDeliveryAndRead() throws Exception {
        assertReceipts(alice, bob);
        String fromBob = assertReceipts(bob, alice);
        // Only Bob's application can rely on the status: Alice's other device sends receipts of its own, which Baileys
        // may
        // merge into the same update in place of the higher status.
        bob.awaitStatus(fromBob, "READ");
    }

    private static String assertReceipts(BaileysClient sender, BaileysClient receiver) throws InterruptedException {
        String id = sender.sendText(receiver.phoneNumber(), "receipts, please");
        sender.awaitAck(id);
        receiver.awaitMessage(id);
        JsonNode delivery = sender.awaitReceipt(id, "delivery");
        assertThat(delivery.path("from").asText()).isEqualTo(receiver.phoneNumber());
        receiver.markRead(id);
        JsonNode read = sender.awaitReceipt(id, "read");
        assertThat(read.path("from").asText()).isEqualTo(receiver.phoneNumber());
        return id;
    }

    @Test
    void givenTwoDevicesOfAnAccount_whenOneSends_thenTheOtherSeesACopyInTheSameChat() throws Exception {
        String id = alice.sendText(bob.phoneNumber(), "sent from the first device");
        bob.awaitMessage(id);
        JsonNode copy = alicesTablet.awaitMessage(id);
        assertThat(copy.path("text").asText()).isEqualTo("sent from the first device");
        assertThat(copy.path("fromMe").asBoolean()).isTrue();
        assertThat(copy.path("chat").asText()).isEqualTo(bob.phoneNumber());

        String back = alicesTablet.sendText(bob.phoneNumber(), "sent from the second device");
        bob.awaitMessage(back);
        JsonNode otherCopy = alice.awaitMessage(back);
        assertThat(otherCopy.path("fromMe").asBoolean()).isTrue();
        assertThat(otherCopy.path("chat").asText()).isEqualTo(bob.phoneNumber());
    }

    @Test
    void givenTwoDevicesOfAnAccount_whenSomebodyWrites_thenBothReceiveIt() throws Exception {
        String id = bob.sendText(alice.phoneNumber(), "for both of your devices");
        for (BaileysClient device : new BaileysClient[] {alice, alicesTablet}) {
            JsonNode message = device.awaitMessage(id);
            assertThat(message.path("text").asText()).isEqualTo("for both of your devices");
            assertThat(message.path("fromMe").asBoolean()).isFalse();
            assertThat(message.path("chat").asText()).isIn(bob.phoneNumber(), bob.lid());
        }
    }

    @Test
    void givenChatByLid_whenTextsGoBothWays_thenTheyArriveUnderTheLid() throws Exception {
        String id = alice.sendText(bob.lid(), "by LID");
        assertThat(bob.awaitMessage(id).path("chat").asText()).isEqualTo(alice.lid());
        String back = bob.sendText(alice.lid(), "and back");
        assertThat(alice.awaitMessage(back).path("chat").asText()).isEqualTo(bob.lid());
    }

    private static List<String> numbered(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }
}
