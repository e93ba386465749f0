package dev.waxwing.interop;

import static dev.waxwing.interop.BaileysProcess.fields;
import static dev.waxwing.interop.BaileysProcess.isEvent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.testkit.LoopbackServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stock Baileys client links itself to the loopback server, comes back, and leaves. */
class BaileysPairsIT {
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
    void givenScannedQr_whenPaired_thenItIsToldToRestartAndOpensUnderBothAddresses() throws Exception {
        try (BaileysClient alice = BaileysClient.link(server, "alice", "Alice")) {
            assertThat(alice.process().seen("paired")).hasSize(1);
            assertThat(alice.process().seen("close"))
                    .extracting(event -> event.path("code").asInt())
                    .as("closes before the first open")
                    .containsExactly(515);
            assertThat(alice.deviceId()).matches("\\d+:1@s\\.whatsapp\\.net");
            assertThat(alice.lid()).matches("\\d+@lid");
        }
        assertThat(server.unhandled()).isEmpty();
    }

    @Test
    void givenLinkedDevice_whenItConnectsAgain_thenItOpensWithoutAnotherQr() throws Exception {
        try (BaileysClient alice = BaileysClient.link(server, "alice", "Alice")) {
            BaileysProcess process = alice.process();
            int qrCodes = process.seen("qr").size();
            process.call("end");
            process.call("connect");
            JsonNode open = process.awaitEvent("open again", event -> isEvent(event, "open"));
            assertThat(open.path("id").asText()).isEqualTo(alice.deviceId());
            assertThat(process.seen("qr")).hasSize(qrCodes);
        }
        assertThat(server.unhandled()).isEmpty();
    }

    @Test
    void givenTwoAccounts_whenLinked_thenTheirAddressesDiffer() throws Exception {
        try (BaileysClient alice = BaileysClient.link(server, "alice", "Alice");
                BaileysClient bob = BaileysClient.link(server, "bob", "Bob")) {
            assertThat(alice.phoneNumber()).isNotEqualTo(bob.phoneNumber());
            assertThat(alice.lid()).isNotEqualTo(bob.lid());
        }
    }

    @Test
    void givenSameAccount_whenAnotherDeviceIsLinked_thenItIsTheNextDevice() throws Exception {
        try (BaileysClient first = BaileysClient.link(server, "first", "Alice");
                BaileysClient second = BaileysClient.link(server, "second", "Alice")) {
            assertThat(second.phoneNumber()).isEqualTo(first.phoneNumber());
            assertThat(second.lid()).isEqualTo(first.lid());
            assertThat(second.deviceId()).isNotEqualTo(first.deviceId());
        }
    }

    @Test
    void givenLoggedOutDevice_whenItConnectsAgain_thenItIsRefused() throws Exception {
        try (BaileysClient alice = BaileysClient.link(server, "alice", "Alice")) {
            BaileysProcess process = alice.process();
            process.call("logout");
            process.awaitEvent("the close of the logout", event -> isClose(event, 401));
            process.call("connect");
            process.awaitEvent("the refusal", event -> isClose(event, 401));
        }
    }

    @Test
    void givenClientThatDoesNotTrustTheServersCa_whenItConnects_thenTlsRefuses() throws Exception {
        try (BaileysProcess stranger = BaileysProcess.launch("stranger", null)) {
            stranger.call("start", fields().put("url", server.uri().toString()));
            JsonNode close = stranger.awaitEvent("a close", event -> isEvent(event, "close"));
            assertThat(close.path("message").asText()).containsAnyOf("certificate", "self-signed");
            assertThat(stranger.seen("qr")).isEmpty();
        }
    }

    private static boolean isClose(JsonNode event, int code) {
        return isEvent(event, "close") && event.path("code").asInt() == code;
    }
}
