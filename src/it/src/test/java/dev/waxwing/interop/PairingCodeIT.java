package dev.waxwing.interop;

import static dev.waxwing.interop.BaileysProcess.isEvent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.Phone;
import dev.waxwing.testkit.server.ScanRefusedException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stock Baileys links itself to the loopback server by pairing code. */
class PairingCodeIT {

    private LoopbackServer server;

    @BeforeEach
    void startServer() {
        server = LoopbackServer.start();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void givenACodeIsTyped_whenPaired_thenItIsToldToRestartOpensAndIsWrittenTo() throws Exception {
        Phone phone = server.phone("Alice");
        Phone friend = server.phone("Bob");
        try (BaileysClient alice = BaileysClient.linkByCode(server, "alice", phone)) {
            assertThat(alice.phoneNumber()).isEqualTo(phone.jid().toString());
            assertThat(alice.lid()).isEqualTo(phone.lid().toString());
            assertThat(alice.process().seen("close"))
                    .extracting(event -> event.path("code").asInt())
                    .as("closes before the first open")
                    .containsExactly(515);
            String id = friend.sendText(phone.jid(), "hello").id();
            assertThat(alice.awaitMessage(id).path("text").asText()).isEqualTo("hello");
            alice.sendText(friend.jid().toString(), "and back");
            friend.await(message -> message.text().equals("and back"), Duration.ofSeconds(30));
        }
        // Baileys notes the number as its own when it asks for the code, and announces itself before it is linked.
        assertThat(server.unhandled())
                .allMatch(entry ->
                        entry.device().isEmpty() && entry.stanza().tag().equals("presence"));
    }

    @Test
    void givenAnotherCodeIsTyped_whenTheRightOneFollows_thenThePhoneRefusesTheFirstAndBaileysIsLinked()
            throws Exception {
        Phone phone = server.phone("Alice");
        try (BaileysProcess alice = BaileysProcess.launch("alice", server.caPem())) {
            alice.call("start", BaileysClient.startFields(server, alice));
            alice.awaitEvent("a QR code", event -> isEvent(event, "qr"));
            String code = BaileysClient.requestPairingCode(server, alice, phone);
            String other = (code.startsWith("A") ? "B" : "A") + code.substring(1);

            assertThatThrownBy(() -> phone.enterPairingCode(other))
                    .isInstanceOfSatisfying(
                            ScanRefusedException.class,
                            refused -> assertThat(refused.status()).isEqualTo(401));
            phone.enterPairingCode(code);

            alice.awaitEvent("open", event -> isEvent(event, "open"));
        }
    }
}
