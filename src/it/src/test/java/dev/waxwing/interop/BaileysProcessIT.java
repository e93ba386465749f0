package dev.waxwing.interop;

import static dev.waxwing.interop.BaileysProcess.fields;
import static dev.waxwing.interop.BaileysProcess.isEvent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** The harness itself, without a server. */
class BaileysProcessIT {
    @Test
    void givenNobodyListens_whenStarted_thenTheCloseIsReportedAndTheProcessLivesOn() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        try (BaileysProcess client = BaileysProcess.launch("lonely", null)) {
            client.call("start", fields().put("url", "wss://127.0.0.1:" + port + "/ws/chat"));
            JsonNode close = client.awaitEvent("a close", event -> isEvent(event, "close"));
            assertThat(close.path("message").asText()).contains("ECONNREFUSED");
            assertThat(client.call("end").isObject()).isTrue();
        }
    }

    @Test
    void givenKilledClient_whenAwaitingAnEvent_thenItFailsAtOnceAndSaysSo() throws Exception {
        BaileysProcess client = BaileysProcess.launch("victim", null);
        try (client) {
            client.kill();
            assertThatThrownBy(() -> client.awaitEvent("anything", event -> true))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("victim ended before anything");
        }
        assertThat(Files.exists(client.folder())).isFalse();
    }

    @Test
    void givenUnknownCommand_whenCalled_thenItsErrorFailsTheTest() throws Exception {
        try (BaileysProcess client = BaileysProcess.launch("confused", null)) {
            assertThatThrownBy(() -> client.call("dance"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("no command dance");
        }
    }
}
