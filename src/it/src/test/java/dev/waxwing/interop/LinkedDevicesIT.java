package dev.waxwing.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.model.Jid;
import dev.waxwing.model.ReceiptType;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.testkit.LoopbackServer;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two accounts, each with a Waxwing device and a stock Baileys device: what one sends, all others have. */
class LinkedDevicesIT {
    private static LoopbackServer server;
    private static WaxwingClient alice;
    private static BaileysClient alicesTablet;
    private static WaxwingClient bob;
    private static BaileysClient bobsTablet;

    @BeforeAll
    static void link() throws Exception {
        server = LoopbackServer.start();
        alice = WaxwingClient.link(server, "alice", "Alice");
        alicesTablet = BaileysClient.link(server, "alices-tablet", "Alice");
        bobsTablet = BaileysClient.link(server, "bobs-tablet", "Bob");
        bob = WaxwingClient.link(server, "bob", "Bob");
    }

    @AfterAll
    @SuppressWarnings("try") // opened only to be closed
    static void close() throws IOException {
        try (LoopbackServer s = server;
                WaxwingClient a = alice;
                BaileysClient at = alicesTablet;
                BaileysClient bt = bobsTablet;
                WaxwingClient b = bob) {
            // Each is closed, the server last, even if one of them fails; null ones are passed over.
        }
    }

    @AfterEach
    void nothingWasLeftUnansweredOrUndecrypted() {
        ServerTraffic.assertSound(server);
        assertThat(alice.undecryptable()).isEmpty();
        assertThat(alicesTablet.undecryptable()).isEmpty();
        assertThat(bob.undecryptable()).isEmpty();
        assertThat(bobsTablet.undecryptable()).isEmpty();
    }

    @Test
    void givenSameAccount_whenLinked_thenTheyAreTwoDevicesOfIt() {
        assertThat(alicesTablet.phoneNumber()).isEqualTo(alice.phoneNumber().toString());
        assertThat(alicesTablet.lid()).isEqualTo(alice.lid().toString());
        assertThat(alicesTablet.deviceId()).isNotEqualTo(alice.device().toString());
    }

    @Test
    void givenWaxwingSends_whenByNumberOrLid_thenEveryOtherDeviceHasItInTheRightChat() throws Exception {
        for (Jid address : new Jid[] {bob.phoneNumber(), bob.lid()}) {
            String text = "from Alice to " + address;
            String id = alice.sendText(address, text);
            assertReceived(bob.awaitMessage(id), text, false, alice.lid(), alice.phoneNumber());
            assertReceived(bobsTablet.awaitMessage(id), text, false, alice.phoneNumber(), alice.lid());
            assertReceived(alicesTablet.awaitMessage(id), text, true, bob.phoneNumber(), bob.lid());
        }
    }

    @Test
    void givenBaileysSends_whenByNumberOrLid_thenEveryOtherDeviceHasItInTheRightChat() throws Exception {
        for (Jid address : new Jid[] {bob.phoneNumber(), bob.lid()}) {
            String text = "from Alice's tablet to " + address;
            String id = alicesTablet.sendText(address.toString(), text);
            assertReceived(bob.awaitMessage(id), text, false, alice.lid(), alice.phoneNumber());
            assertReceived(bobsTablet.awaitMessage(id), text, false, alice.phoneNumber(), alice.lid());
            assertReceived(alice.awaitMessage(id), text, true, bob.lid(), bob.phoneNumber());
        }
    }

    @Test
    void givenTurns_whenAllFourDevicesSend_thenAllOthersReceiveEach() throws Exception {
        for (int turn = 0; turn < 5; turn++) {
            String first = alice.sendText(bob.phoneNumber(), "1 of turn " + turn);
            bobsTablet.awaitMessage(first);
            String second = bobsTablet.replyText(alice.phoneNumber().toString(), "2 of turn " + turn, first);
            alicesTablet.awaitMessage(second);
            String third = alicesTablet.replyText(bob.phoneNumber().toString(), "3 of turn " + turn, second);
            WebMessage atBob = bob.awaitMessage(third);
            String fourth = bob.replyText(atBob.key().remoteJid(), "4 of turn " + turn, atBob);

            assertReceived(alicesTablet.awaitMessage(first), "1 of turn " + turn, true, bob.phoneNumber(), bob.lid());
            assertReceived(bob.awaitMessage(first), "1 of turn " + turn, false, alice.lid(), alice.phoneNumber());
            assertReceived(alice.awaitMessage(second), "2 of turn " + turn, false, bob.lid(), bob.phoneNumber());
            assertReceived(bob.awaitMessage(second), "2 of turn " + turn, true, alice.lid(), alice.phoneNumber());
            assertReceived(alice.awaitMessage(third), "3 of turn " + turn, true, bob.lid(), bob.phoneNumber());
            bobsTablet.awaitMessage(third);
            assertReceived(alice.awaitMessage(fourth), "4 of turn " + turn, false, bob.lid(), bob.phoneNumber());
            alicesTablet.awaitMessage(fourth);
            assertReceived(
                    bobsTablet.awaitMessage(fourth), "4 of turn " + turn, true, alice.phoneNumber(), alice.lid());
        }
    }

    @Test
    void givenWaxwingSends_whenOneDeviceReadsIt_thenTheSenderSeesBothReceipts() throws Exception {
        String id = alice.sendText(bob.lid(), "read this on one of your devices");
        bob.markRead(bob.awaitMessage(id));
        alice.awaitReceipt(id, ReceiptType.DELIVERY);
        alice.awaitReceipt(id, ReceiptType.READ);

        String other = alice.sendText(bob.lid(), "and this on the other");
        bobsTablet.awaitMessage(other);
        bobsTablet.markRead(other);
        alice.awaitReceipt(other, ReceiptType.DELIVERY);
        alice.awaitReceipt(other, ReceiptType.READ);
    }

    @Test
    void givenNoteToSelf_whenOneDeviceSendsIt_thenTheOtherHasItInTheOwnChat() throws Exception {
        String id = alice.sendText(alice.phoneNumber(), "note to self");
        assertReceived(alicesTablet.awaitMessage(id), "note to self", true, alice.phoneNumber(), alice.lid());

        String back = alicesTablet.sendText(alice.phoneNumber().toString(), "note from the tablet");
        assertReceived(alice.awaitMessage(back), "note from the tablet", true, alice.lid(), alice.phoneNumber());
    }

    /** A chat has one key in Waxwing, whatever address was used. */
    private static void assertReceived(WebMessage message, String text, boolean fromMe, Jid chat, Jid chatAlt) {
        assertThat(message.text()).isEqualTo(text);
        assertThat(message.key().fromMe()).isEqualTo(fromMe);
        assertThat(message.key().remoteJid()).isEqualTo(chat);
        assertThat(message.key().remoteJidAlt()).contains(chatAlt);
    }

    /** Baileys files a message under the address it came from. */
    private static void assertReceived(JsonNode message, String text, boolean fromMe, Jid... chats) {
        assertThat(message.path("text").asText()).isEqualTo(text);
        assertThat(message.path("fromMe").asBoolean()).isEqualTo(fromMe);
        assertThat(chats)
                .extracting(Jid::toString)
                .contains(message.path("chat").asText());
    }
}
